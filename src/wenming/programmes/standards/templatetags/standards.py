"""How a standard's values read on a page."""

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from wenming.foundation.people.models import Unit
from wenming.programmes.standards.enums import Effect, Evidence, LimitUnit, Method, RuleKind
from wenming.programmes.standards.models.catalogue import TERRITORY_WORD

register = template.Library()

_CHOICES: dict[str, Any] = {
    "method": Method,
    "effect": Effect,
    "rule": RuleKind,
    "evidence": Evidence,
    "limit_unit": LimitUnit,
}
DASH = "—"


@register.filter
def marks(hundredths: int | None) -> str:
    """400 → 4, 250 → 2.5."""
    if hundredths is None:
        return DASH
    whole, rest = divmod(hundredths, 100)
    return f"{whole}.{rest:02}".rstrip("0") if rest else str(whole)


@register.simple_tag
def unit_or_name(unit: Unit | None, written: str) -> SafeString | str:
    """The registered unit, or the name as the standard writes it, marked as not registered."""
    if unit is not None:
        return unit.name
    if not written:
        return DASH
    if written.startswith(TERRITORY_WORD):
        return written
    return format_html('{} <span class="cap">{}</span>', written, _("未登记"))


@register.filter
def value_of(name: str, value: Any) -> str:
    """One field of a version as people read it."""
    if value is None or value == "":
        return DASH
    if name in _CHOICES:
        return str(_CHOICES[name](value).label)
    if name.endswith("_hundredths"):
        return marks(value)
    if isinstance(value, bool):
        return _("是") if value else _("否")
    return str(value)
