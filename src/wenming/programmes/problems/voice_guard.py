"""Who says whether a thing is really solved, and when somebody must answer to it."""

from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from wenming.engines.loop.commands import Situation
from wenming.engines.loop.flow import Guard
from wenming.kernel.actors import ActorKind
from wenming.programmes.problems.errors import NotAResident, NotContested


def _is_contested(situation: Situation[Any]) -> None:
    if situation.item.contested_at is None:
        raise NotContested


def _is_resident(situation: Situation[Any]) -> None:
    if situation.by.kind != ActorKind.RESIDENT:
        raise NotAResident


RESIDENT: Final = _("反映的居民")
ANSWERER: Final = _("责任单位或其链接、市创建科、县文明办")
IS_CONTESTED: Final = Guard(name="is_contested", label=_("居民说没解决，等待答复"), check=_is_contested)
IS_RESIDENT: Final = Guard(name="is_resident", label=_("只有居民"), check=_is_resident)
