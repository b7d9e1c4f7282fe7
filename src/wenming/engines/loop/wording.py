"""The office's own words for the states, actions and stages of a flow. Codes never change, nor does what was printed.

Words are read by each process and kept; `refresh_if_old` reads them anew at most every `settings.WORDS_REFRESH_SECONDS`,
so that a page costs no statement more and a change reaches everybody within that time.
"""

import time
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.utils.functional import Promise, lazy
from django.utils.translation import get_language, override

from wenming.engines.loop import flow as flows
from wenming.engines.loop.errors import WordsUnusable
from wenming.engines.loop.flow import Flow, Label
from wenming.foundation.revisions import selectors as revisions
from wenming.foundation.revisions import services as saving
from wenming.foundation.revisions.errors import RevisionStale
from wenming.kernel.actors import Actor

KIND: Final = "loop.words"
STATE, ACTION, STAGE = "state", "action", "stage"
WORD_CHARS_MAX: Final = 24

Words = Mapping[str, Mapping[str, str]]
"""By language, then by `kind.code`; only what differs from the house's words."""


_IS_HOUSE: Final[ContextVar[bool]] = ContextVar("is_house", default=False)


class _Held:
    """What this process knows; replaced as a whole."""

    by_flow: Mapping[str, Words] = {}
    read_at: float | None = None


@dataclass(frozen=True, slots=True)
class Term:
    """One word of a flow: as the software brings it and as the office says it, by language ("" where it says nothing)."""

    kind: str
    code: str
    house: Mapping[str, str]
    own: Mapping[str, str]

    @property
    def key(self) -> str:
        return f"{self.kind}.{self.code}"


def worded(flow: str, kind: str, code: str, house: Label) -> Promise:
    """The word as it is said when it is shown. `house` is what the software brings."""
    promise: Promise = _lazily(flow, kind, code, house)
    return promise


def terms(flow: Flow, words: Words) -> list[Term]:
    """Every word of the flow in the order of its table, with those of `words` beside the house's."""
    named = [
        *((STATE, code, state.label) for code, state in flow.states.items()),
        *((ACTION, code, transition.label) for code, transition in flow.actions.items()),
        *((STAGE, code, label) for code, label in flow.stages.items()),
    ]
    languages = [code for code, _name in settings.LANGUAGES]
    return [
        Term(
            kind,
            code,
            {language: _house_word(label, language) for language in languages},
            {language: words.get(language, {}).get(f"{kind}.{code}", "") for language in languages},
        )
        for kind, code, label in named
    ]


@transaction.atomic
def set_words(flow: Flow, words: Words, *, note: str, expected: int, by: Actor) -> None:
    """Holds in this process at once and in others within the time of `refresh_if_old`.

    `expected` is the revision that the person saw, 0 for none. Raises WordsUnusable, RevisionStale.
    """
    kept = {
        language: {key: word.strip() for key, word in each.items() if word.strip()} for language, each in words.items()
    }
    check(flow, kept)
    held = revisions.current(KIND, flow.name)
    if (held.number if held else 0) != expected:
        raise RevisionStale(number=held.number if held else 0)
    if held is None:
        saving.save(kind=KIND, key=flow.name, body={}, by=by, expected=0)
    saving.save(kind=KIND, key=flow.name, body=kept, note=note, by=by)
    transaction.on_commit(refresh)


def restore_words(flow: Flow, number: int, *, expected: int, by: Actor) -> None:
    """Raises RevisionMissing, RevisionStale."""
    with transaction.atomic():
        saving.restore(kind=KIND, key=flow.name, number=number, expected=expected, by=by)
        transaction.on_commit(refresh)


def check(flow: Flow, words: Words) -> None:
    """Raises WordsUnusable for a word too long, for a code that is none, and for two of a kind that would read alike."""
    known = {term.key: term for term in terms(flow, words)}
    for language, each in words.items():
        for key, word in each.items():
            if key not in known or len(word) > WORD_CHARS_MAX or any(not char.isprintable() for char in word):
                raise WordsUnusable(word=word, most=WORD_CHARS_MAX)
        for term in known.values():
            alike = [other for other in known.values() if other.kind == term.kind]
            said = [other.own[language] or other.house[language] for other in alike]
            if term.own[language] and said.count(term.own[language]) > 1:
                raise WordsUnusable(word=term.own[language], most=WORD_CHARS_MAX)


def refresh() -> None:
    """Reads the words of every flow anew; one statement."""
    rows = revisions.currents(KIND, list(flows.registered()))
    _Held.by_flow = {name: row.body for name, row in rows.items()}
    _Held.read_at = time.monotonic()


def refresh_if_old() -> None:
    """One statement every `settings.WORDS_REFRESH_SECONDS`, none in between; never where that is None."""
    seconds: float | None = settings.WORDS_REFRESH_SECONDS
    if seconds is not None and (_Held.read_at is None or time.monotonic() - _Held.read_at >= seconds):
        refresh()


def _say(flow: str, kind: str, code: str, house: Label) -> str:
    own = None if _IS_HOUSE.get() else _Held.by_flow.get(flow)
    word = own.get(get_language() or "", {}).get(f"{kind}.{code}") if own else None
    return word or str(house)


_lazily: Any = lazy(_say, str)


def _house_word(label: Label, language: str) -> str:
    """What the software brings, whatever the office says now."""
    token = _IS_HOUSE.set(True)
    try:
        with override(language):
            return str(label)
    finally:
        _IS_HOUSE.reset(token)
