"""Text as people mean it: without what no keyboard types and no page shows."""

import re
from typing import Final

# Control characters but for tab and line break, halves of a pair, and marks that turn the direction of what follows:
# a title with one of them would turn a whole line of a list about. Joiners stay, because emoji are made with them.
_UNSEEN: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff]"
)


def plain(text: str) -> str:
    """Stripped too; line breaks are single."""
    return _UNSEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
