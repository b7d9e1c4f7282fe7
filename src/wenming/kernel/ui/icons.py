"""The icon sprite. A name that is not in it is a mistake in the code, and says so."""

import re
from functools import cache
from pathlib import Path

from django.templatetags.static import static

SPRITE = Path(__file__).resolve().parent.parent / "static" / "wm" / "icons.svg"


class UnknownIcon(ValueError):
    pass


@cache
def names() -> frozenset[str]:
    return frozenset(re.findall(r'<symbol id="i-([a-z-]+)"', SPRITE.read_text(encoding="utf-8")))


def href(name: str) -> str:
    """The address of one drawing. Raises UnknownIcon."""
    if name == "seal":
        return f"{static('wm/icons.svg')}#seal"
    if name not in names():
        raise UnknownIcon(f"there is no icon {name!r} in {SPRITE.name}")
    return f"{static('wm/icons.svg')}#i-{name}"
