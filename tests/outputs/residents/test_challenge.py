"""The piece of work that is asked for instead of a captcha."""

import hashlib
from datetime import timedelta

import pytest

from wenming.kernel import clock
from wenming.kernel.errors import DomainError
from wenming.outputs.residents import challenge
from wenming.outputs.residents.challenge import Challenge
from wenming.outputs.residents.errors import ProofOld, ProofWrong
from wenming.outputs.residents.models import SpentChallenge


def answer(asked: Challenge) -> str:
    for number in range(asked.number_max + 1):
        if hashlib.sha256(f"{asked.salt}{number}".encode()).hexdigest() == asked.digest:
            return f"{asked.salt}:{number}:{asked.signature}"
    raise AssertionError("a challenge without an answer")


def test_read_takes_a_right_answer() -> None:
    asked = challenge.make()
    assert challenge.read(answer(asked)).salt == asked.salt


def test_make_fits_one_block_of_the_worker() -> None:
    """The worker reckons with one block of SHA-256: 55 bytes."""
    assert len(challenge.make().salt) + len(str(challenge.NUMBER_MAX)) <= 55


def test_spend_takes_an_answer_once() -> None:
    told = answer(challenge.make())
    found = challenge.read(told)
    challenge.spend(found)
    with pytest.raises(ProofWrong):
        challenge.read(told)
    with pytest.raises(ProofWrong):
        challenge.spend(found)


def test_read_refuses_an_old_answer() -> None:
    told = answer(challenge.make())
    with clock.set_to(clock.now() + challenge.LIFETIME + timedelta(seconds=2)), pytest.raises(ProofOld):
        challenge.read(told)


def test_spend_forgets_what_is_over() -> None:
    challenge.spend(challenge.read(answer(challenge.make())))
    with clock.set_to(clock.now() + challenge.LIFETIME * 2):
        other = challenge.read(answer(challenge.make()))
        challenge.spend(other)
    assert list(SpentChallenge.objects.values_list("salt", flat=True)) == [other.salt]


def test_read_refuses_what_was_changed() -> None:
    salt, number, signature = answer(challenge.make()).split(":")
    later = f"{int(salt[:10]) + 9999}{salt[10:]}"
    changed = (
        f"{salt}:{int(number) + 1}:{signature}",
        f"{later}:{number}:{signature}",
        f"{salt}:{number}:{'0' * 64}",
        f"{salt}:{number}",
        f"{salt}:-1:{signature}",
        f"{salt}:{'1' * 10}:{signature}",
        f"{salt}:①:{signature}",
        "x" * 1000,
        "::",
    )
    for text in changed:
        with pytest.raises(DomainError) as refused:
            challenge.read(text)
        assert refused.type is ProofWrong, text
