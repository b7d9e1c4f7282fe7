"""What residents do: report a problem, and say whether it is really solved.

They have no grant, so that nothing here asks for one: who calls has seen a tracking code.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db import IntegrityError, transaction

from wenming.engines.loop.commands import Command, Outcome
from wenming.foundation.files.models import StoredFile
from wenming.kernel import clock, ids
from wenming.kernel.actors import Actor, ActorKind
from wenming.programmes.problems import notes, public
from wenming.programmes.problems.enums import OPEN_STATES, Action, PhotoMoment
from wenming.programmes.problems.errors import NotForPublic, TextMissing, TextTooLong, TooManyPhotos
from wenming.programmes.problems.models import Problem, ProblemJoin, Publication
from wenming.programmes.problems.services import links
from wenming.programmes.problems.services.filing import ProblemDraft, check, file_problems
from wenming.programmes.problems.services.machine import Attached, carry_out, evidence_of

VOICE_PHOTOS_MAX: Final = 3
VOICE_CHARS_MAX: Final = 500


def report_problem(draft: ProblemDraft, *, by: Actor) -> Problem:
    """Files what a resident's form says, to be checked by the office; what its key filed before, where it comes again.

    Raises the errors of `filing.check`.
    """
    check(draft)
    try:
        return file_problems([draft], by=by)[0]
    except IntegrityError:
        before = public.reported_with(draft.source_key)
        if before is None:
            raise
        return before


def join_problem(publication: Publication, *, key: str) -> ProblemJoin:
    """Interest in a published problem, with a code of its own; what the form's key joined before, where it comes again.

    Raises NotForPublic for what is open to nobody any more.
    """
    if not public.is_visible(publication) or publication.problem.state not in OPEN_STATES:
        raise NotForPublic
    code = ids.new_tracking_code()
    defaults = {"problem": publication.problem, "tracking_code": code, "joined_at": clock.now()}
    joined, _is_new = ProblemJoin.objects.get_or_create(form_key=key, defaults=defaults)
    return joined


def confirm_solved(problem: Problem, *, receipt: str) -> Problem:
    """Who holds the receipt says that it is solved; once for each closing. Raises the loop's refusals."""
    return _say(problem, Action.CONFIRM, receipt)


def contest(problem: Problem, *, receipt: str, reason: str, photos: Sequence[StoredFile] = ()) -> Problem:
    """Who holds the receipt says that it is not: the case stays closed, and its unit must answer.

    Once for each closing. Raises TextMissing, TextTooLong, TooManyPhotos and the loop's refusals.
    """
    check_voice(reason, photos)
    return _say(problem, Action.CONTEST, receipt, reason=reason.strip(), photos=photos)


def check_voice(reason: str, photos: Sequence[object]) -> None:
    """Before anything is stored. Raises TextMissing, TextTooLong, TooManyPhotos."""
    if not reason.strip():
        raise TextMissing(fields={"reason": TextMissing.message})
    if len(reason) > VOICE_CHARS_MAX:
        raise TextTooLong(most=VOICE_CHARS_MAX, fields={"reason": str(TextTooLong(most=VOICE_CHARS_MAX))})
    if len(photos) > VOICE_PHOTOS_MAX:
        raise TooManyPhotos(most=VOICE_PHOTOS_MAX)


def voice_key(problem: Problem, receipt: str) -> str:
    """One word for each receipt and closing: whoever has spoken is not asked again."""
    closed = clock.to_us(problem.closed_at) if problem.closed_at is not None else 0
    return f"voice:{receipt}:{closed}"


def _say(
    problem: Problem, action: Action, receipt: str, *, reason: str = "", photos: Sequence[StoredFile] = ()
) -> Problem:
    now = clock.now()
    with transaction.atomic():
        # Counted up from the row that nobody else holds: of two who speak at once both are heard.
        current = Problem.objects.select_for_update(no_key=True).get(pk=problem.pk)
        command = Command(
            item_id=current.pk,
            action=action.value,
            happened_at=now,
            reason=reason,
            evidence=evidence_of(photos=[str(file.public_id) for file in photos]),
            idempotency_key=voice_key(problem, receipt),
            changes=_changes(current, action, now),
        )
        attached = Attached(photos={PhotoMoment.VOICE: tuple(file.pk for file in photos)} if photos else {})
        outcome: Outcome[Problem] = carry_out([command], [attached], by=Actor(ActorKind.RESIDENT, receipt))[0]
        if outcome.is_done and not outcome.is_replay and outcome.item is not None:
            links.follow([(action, outcome.item)], at=now)
            notes.tell([(action, outcome.item, reason)])
    item = outcome.result().item
    assert item is not None
    return item


def _changes(problem: Problem, action: Action, at: datetime) -> dict[str, object]:
    if action == Action.CONFIRM:
        return {"confirm_count": problem.confirm_count + 1}
    return {"contested_at": problem.contested_at or at, "contest_count": problem.contest_count + 1}
