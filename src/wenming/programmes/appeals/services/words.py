"""What may be written of a resident: enough to act on, and no number by which a person is known."""

import re
import unicodedata
from typing import Final

from wenming.programmes.appeals.errors import ContactWritten, TextTooLong

# A telephone or identity number, however it is spaced; a date or a house number is shorter.
_NUMBER: Final = re.compile(r"\d(?:[\s\-]?\d){6,}")


def clean(text: str, *, most: int, field: str = "text") -> str:
    """Without the spaces around it. Raises TextTooLong, ContactWritten, with the name of the form's field."""
    text = text.strip()
    if len(text) > most:
        raise TextTooLong(most=most, fields={field: TextTooLong.message})
    if _NUMBER.search(unicodedata.normalize("NFKC", text)):
        raise ContactWritten(fields={field: ContactWritten.message})
    return text
