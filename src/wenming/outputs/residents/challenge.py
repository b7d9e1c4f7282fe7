"""A small piece of work for whoever sends something in, instead of pictures of traffic lights from another host.

The server thinks of a number and shows `sha256(salt + number)`; the browser finds the number by trying, which costs a
phone a second or two and somebody with a hundred thousand messages a day. Nothing is kept until an answer comes: the
challenge is signed, its salt says until when it holds, and one answer is taken once.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import IntegrityError, transaction
from django.utils.crypto import constant_time_compare, salted_hmac

from wenming.kernel import clock
from wenming.outputs.residents.errors import ProofOld, ProofWrong
from wenming.outputs.residents.models import SpentChallenge

LIFETIME: Final = timedelta(hours=1)
# On average half of it is tried.
NUMBER_MAX: Final = 60_000
SECOND_US: Final = 1_000_000
FORGOTTEN_AT_ONCE: Final = 200
_ANSWER_CHARS_MAX: Final = 160
_NUMBER_DIGITS_MAX: Final = 9


@dataclass(frozen=True, slots=True)
class Challenge:
    salt: str
    digest: str
    signature: str
    number_max: int = NUMBER_MAX


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer that is right and in time; `spend` takes it."""

    salt: str
    expires_at: datetime


def make() -> Challenge:
    until = clock.to_us(clock.now() + LIFETIME) // SECOND_US
    salt = f"{until}.{secrets.token_hex(12)}."
    digest = _digest(salt, str(secrets.randbelow(NUMBER_MAX)))
    return Challenge(salt, digest, _signature(salt, digest))


def read(text: str) -> Answer:
    """`salt:number:signature`, as the browser sends it. Raises ProofWrong, ProofOld; writes nothing."""
    salt, number, signature = _parts(text)
    if not constant_time_compare(signature, _signature(salt, _digest(salt, number))):
        raise ProofWrong
    expires_at = clock.from_us(int(salt.partition(".")[0]) * SECOND_US)
    if expires_at <= clock.now():
        raise ProofOld
    if SpentChallenge.objects.filter(salt=salt).exists():
        raise ProofWrong
    return Answer(salt, expires_at)


def spend(answer: Answer) -> None:
    """Takes the answer, within the caller's transaction. Raises ProofWrong where it was taken before."""
    over = SpentChallenge.objects.filter(expires_at__lte=clock.now()).order_by("expires_at")
    SpentChallenge.objects.filter(pk__in=list(over.values_list("pk", flat=True)[:FORGOTTEN_AT_ONCE])).delete()
    try:
        with transaction.atomic():
            SpentChallenge.objects.create(salt=answer.salt, expires_at=answer.expires_at)
    except IntegrityError as error:
        raise ProofWrong from error


def _parts(text: str) -> tuple[str, str, str]:
    parts = text.split(":")
    if len(text) > _ANSWER_CHARS_MAX or len(parts) != 3 or not text.isascii():
        raise ProofWrong
    salt, number, signature = parts
    if not (number.isdecimal() and len(number) <= _NUMBER_DIGITS_MAX):
        raise ProofWrong
    return salt, number, signature


def _digest(salt: str, number: str) -> str:
    return hashlib.sha256(f"{salt}{number}".encode()).hexdigest()


def _signature(salt: str, digest: str) -> str:
    return salted_hmac("wenming.residents.challenge", f"{salt}{digest}", algorithm="sha256").hexdigest()
