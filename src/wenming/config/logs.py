"""What must not stand in a log."""

import logging
import re
from typing import Final

# The part behind the number is the key to the problem.
_LINK: Final = re.compile(r"(/r/\d+-)[^/\s?]+")


class HideLinks(logging.Filter):
    """A refused request is logged with its address, and the address of a reply link is the right to answer."""

    def filter(self, record: logging.LogRecord) -> bool:
        text = record.getMessage()
        hidden = _LINK.sub(r"\1***", text)
        if hidden != text:
            record.msg, record.args = hidden, ()
        return True
