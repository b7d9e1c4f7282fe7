"""Tags and filters of every page: `{% load wm %}`."""

from datetime import date, datetime, timedelta
from typing import Any

from django import template
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, FileInput, RadioSelect
from django.template import Context
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from wenming.kernel import clock
from wenming.kernel.ui import badges, icons, numbers, query, texts, times, userbox

register = template.Library()

HTML_LANGUAGES = {"zh-hans": "zh-CN"}


@register.simple_tag
def icon(name: str, classes: str = "") -> SafeString:
    """`{% icon "camera" %}`: always beside a word, or inside something with an aria-label."""
    return format_html(
        '<svg class="i{}" aria-hidden="true" focusable="false"><use href="{}"></use></svg>',
        f" {classes}" if classes else "",
        icons.href(name),
    )


@register.simple_tag
def seal() -> SafeString:
    return format_html(
        '<svg class="seal" viewBox="0 0 32 32" aria-hidden="true" focusable="false"><use href="{}"></use></svg>',
        icons.href("seal"),
    )


@register.simple_tag
def html_lang() -> str:
    """The `lang` of the page, as browsers and screen readers know it."""
    code = get_language() or "zh-hans"
    return HTML_LANGUAGES.get(code, code)


@register.inclusion_tag("kernel/_badge.html")
def state_badge(state: badges.StateLike | str, word: str = "") -> dict[str, Any]:
    """`{% state_badge state %}` for anything with label, tone and icon, or a key of `badges.COMMON`; `word` replaces
    the label."""
    found = badges.find(state)
    return {"label": word or found.label, "tone": found.tone, "icon": found.icon}


@register.simple_tag
def bar(part: numbers.Number | None, whole: numbers.Number | None = 100, tone: str = "") -> SafeString:
    """A length beside the number that says the same; so it is hidden from screen readers."""
    return format_html(
        '<span class="bar{}" aria-hidden="true"><i class="w-{}"></i></span>',
        f" bar--{tone}" if tone else "",
        numbers.share(part, whole),
    )


@register.filter(is_safe=True)
def when(at: datetime | date | None) -> str:
    """`{{ at|when }}`: 今天 16:05 in a `<time>` whose title is the full date."""
    if at is None:
        return numbers.DASH
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        clock.local(at).isoformat(timespec="seconds") if isinstance(at, datetime) else at.isoformat(),
        times.full(at),
        times.when(at, clock.now()),
    )


@register.filter
def when_text(at: datetime | date | None) -> str:
    """The same without markup, for titles and sentences."""
    return numbers.DASH if at is None else times.when(at, clock.now())


@register.filter
def as_of(at: datetime | None) -> str:
    """`{{ figure.as_of|as_of }}`: 截至今天 14:00."""
    if at is None:
        return ""
    return format_html('<span title="{}">{}</span>', times.full(at), times.as_of(at, clock.now()))


@register.filter
def when_full(at: datetime | date | None) -> str:
    """2026 年 11 月 24 日 星期二 08:15: for headings and print."""
    return numbers.DASH if at is None else times.full(at)


@register.simple_tag
def left(due: datetime | None, now: datetime | None = None, near_hours: int = 4) -> str:
    """`{% left due %}`: 剩 1 小时 10 分, or 超 2 小时 with class `late`; `now` and `near_hours` may be given."""
    if due is None:
        return numbers.DASH
    found = times.left(due, now or clock.now(), timedelta(hours=near_hours))
    title = times.full(due)
    classes = f"num {found.tone}".strip()
    return format_html('<span class="{}" title="{}">{}</span>', classes, title, found.text)


@register.simple_tag
def left_work(minutes: int | None, day_hours: int = 8, near_hours: int = 4) -> str:
    """`{% left_work minutes %}`: the same for working minutes that a clock counted; negative is late."""
    if minutes is None:
        return numbers.DASH
    found = times.left_seconds(
        minutes * times.MINUTE, near_seconds=near_hours * times.HOUR, day_seconds=day_hours * times.HOUR
    )
    return format_html('<span class="{}">{}</span>', f"num {found.tone}".strip(), found.text)


@register.filter
def left_tone(due: datetime | None) -> str:
    """Empty, "near" or "late": for a badge or a bar."""
    return "" if due is None else times.left(due, clock.now()).tone


@register.filter
def percent(ratio: numbers.Number | None, places: int = 2) -> str:
    """`{{ 0.9174|percent }}` → 91.74%; `|percent:1` for one decimal."""
    return numbers.percent(ratio, places)


@register.filter
def fen_as_yuan(fen: int | None) -> str:
    """`{{ 123456|fen_as_yuan }}` → 1,234.56 元."""
    return numbers.fen_as_yuan(fen)


@register.filter
def thousands(value: numbers.Number | None) -> str:
    """`{{ 2611|thousands }}` → 2,611; nothing → —."""
    return numbers.thousands(value)


@register.simple_tag(takes_context=True)
def qs(context: Context, **changes: object) -> str:
    """`<a href="{% qs state='open' page=None %}">`: this page's query with some parameters changed or taken away."""
    return query.changed(context["request"].GET, changes)


@register.simple_tag
def control(field: BoundField, **attrs: Any) -> SafeString:
    """The input of a form field, dressed: `{% control form.title rows=3 %}`. Underscores in names become hyphens."""
    extra = {name.replace("_", "-"): value for name, value in attrs.items()}
    widget = field.field.widget
    if isinstance(widget, (CheckboxSelectMultiple, RadioSelect)):
        extra.setdefault("class", "choices")
    elif isinstance(widget, CheckboxInput):
        extra.setdefault("class", "check")
    else:
        own = str(widget.attrs.get("class", ""))
        extra.setdefault("class", f"input {own}".strip())
    described = []
    if field.help_text:
        described.append(f"{field.auto_id}_hint")
    if field.errors:
        described.append(f"{field.auto_id}_error")
        extra["aria-invalid"] = "true"
    if described:
        extra["aria-describedby"] = " ".join(described)
    return field.as_widget(attrs=extra)


@register.filter
def input_kind(field: BoundField) -> str:
    """group, check, file or plain: how `_field.html` lays a field out."""
    widget = field.field.widget
    if isinstance(widget, (CheckboxSelectMultiple, RadioSelect)):
        return "group"
    if isinstance(widget, CheckboxInput):
        return "check"
    return "file" if isinstance(widget, FileInput) else "plain"


@register.simple_tag(takes_context=True)
def user_box(context: Context) -> userbox.UserBox | None:
    request = context.get("request")
    return userbox.build(request) if request is not None else None


@register.simple_tag
def script_setup() -> dict[str, Any]:
    """What `app.js` needs to know: the words it says and where the islands lie."""
    return {
        "texts": texts.script_texts(),
        "icons": static("wm/icons.svg"),
        "islands": {
            "map": {
                "styles": [static("wm/vendor/leaflet/leaflet.css")],
                "scripts": [static("wm/vendor/leaflet/leaflet.js")],
                "module": static("wm/js/map.js"),
            },
            "pin": {
                "styles": [static("wm/vendor/leaflet/leaflet.css")],
                "scripts": [static("wm/vendor/leaflet/leaflet.js")],
                "module": static("wm/js/pin.js"),
            },
            "chart": {
                "styles": [],
                "scripts": [static("wm/vendor/echarts/echarts.common.min.js")],
                "module": static("wm/js/chart.js"),
            },
            "photo": {"styles": [], "scripts": [], "module": static("wm/js/photo.js")},
            "upload": {"styles": [], "scripts": [], "module": static("wm/js/upload.js")},
            "draft": {"styles": [], "scripts": [], "module": static("wm/js/draft.js")},
            "draft-done": {"styles": [], "scripts": [], "module": static("wm/js/draft.js")},
            "proof": {"styles": [], "scripts": [], "module": static("wm/js/proof.js")},
            "keys": {"styles": [], "scripts": [], "module": static("wm/js/keys.js")},
        },
    }
