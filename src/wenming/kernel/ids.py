"""Public ids (UUIDv7) and the tracking codes that people read out over the telephone."""

import secrets
import unicodedata
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7 as _uuid7

from wenming.kernel.errors import Invalid

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CHECK = CROCKFORD + "*~$=U"
CODE_CHARACTERS = 10
_LOOKALIKES = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None})


class BadTrackingCode(Invalid):
    code = "tracking_code.invalid"
    message = _("查询码不对。它有 11 位，写在回执上；请再核对一遍。")


def uuid7() -> UUID:
    return _uuid7()


def new_tracking_code() -> str:
    """Ten random Crockford base-32 characters and their check character (modulo 37)."""
    number = secrets.randbelow(32**CODE_CHARACTERS)
    digits = ""
    rest = number
    for _place in range(CODE_CHARACTERS):
        rest, digit = divmod(rest, 32)
        digits = CROCKFORD[digit] + digits
    return digits + CHECK[number % 37]


def normalize_tracking_code(text: str) -> str:
    """The code as stored, from what a person typed; raises BadTrackingCode where a character was mistaken."""
    code = unicodedata.normalize("NFKC", text).upper().translate(_LOOKALIKES)
    if len(code) != CODE_CHARACTERS + 1 or any(c not in CROCKFORD for c in code[:-1]):
        raise BadTrackingCode
    number = 0
    for character in code[:-1]:
        number = number * 32 + CROCKFORD.index(character)
    if CHECK[number % 37] != code[-1]:
        raise BadTrackingCode
    return code
