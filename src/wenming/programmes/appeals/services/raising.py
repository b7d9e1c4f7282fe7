"""How an appeal comes in: noted at a visit, a meeting, a survey or on the telephone, all by the same verb."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from wenming.engines.loop.commands import New
from wenming.foundation.people import permissions
from wenming.foundation.people.acting import Acting
from wenming.foundation.places import selectors as places
from wenming.kernel import clock
from wenming.kernel.actors import Actor
from wenming.kernel.periods import year_month
from wenming.programmes.appeals import rules
from wenming.programmes.appeals.enums import Action, Source
from wenming.programmes.appeals.errors import (
    NothingWritten,
    OutOfReach,
    PlaceMissing,
    RaisedInFuture,
    TextMissing,
    TooManyAtOnce,
)
from wenming.programmes.appeals.models import (
    ORIGIN_CHARS_MAX,
    PLACE_CHARS_MAX,
    REACH_CHARS_MAX,
    TEXT_CHARS_MAX,
    Appeal,
    Meeting,
)
from wenming.programmes.appeals.services import facts
from wenming.programmes.appeals.services.machine import LOOP
from wenming.programmes.appeals.services.words import clean

ROWS_MAX: Final = 500
# A phone's clock may be ahead of ours by this much.
FUTURE_TOLERANCE: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class AppealDraft:
    """What a resident said, where and when. `origin_kind` and `origin_key` name what it came from, so that it comes once."""

    text: str
    source: Source
    raised_at: datetime
    region_code: int | None
    place: str = ""
    how_to_reach: str = ""
    consents_public: bool = False
    meeting: Meeting | None = None
    origin_kind: str = ""
    origin_key: str = ""


def raise_appeal(acting: Acting, draft: AppealDraft) -> Appeal:
    """One appeal; what was sent before is found again. Raises what `raise_appeals` does."""
    return raise_appeals(acting, [draft])[0]


def raise_appeals(acting: Acting, drafts: Sequence[AppealDraft]) -> list[Appeal]:
    """All or none, in the order given; where an origin has raised its appeal before, that one.

    Raises Refused, OutOfReach, NothingWritten, TooManyAtOnce and the errors of `checked`.
    """
    permissions.require(acting, rules.permission(Action.RAISE))
    if not drafts:
        raise NothingWritten
    fresh = [checked(draft) for draft in drafts]
    if any(not is_in_reach(acting, draft) for draft in fresh):
        raise OutOfReach(fields={"place": OutOfReach.message})
    try:
        return take_appeals(fresh, by=acting.actor)
    except IntegrityError:
        found = _before(fresh)
        if found is None:
            raise
        return found


def is_in_reach(acting: Acting, draft: AppealDraft) -> bool:
    """Nobody notes an appeal where he would not see it; but a department's people hear them in every street."""
    if acting.scope.column == "department_id":
        return True
    asked = Appeal()
    asked.set_region(draft.region_code)
    return acting.scope.covers(asked)


def checked(draft: AppealDraft) -> AppealDraft:
    """The draft as it is kept. Raises TextMissing, TextTooLong, ContactWritten, PlaceMissing, RaisedInFuture."""
    text = clean(draft.text, most=TEXT_CHARS_MAX)
    if not text:
        raise TextMissing(what=_("反映的是什么"), fields={"text": _("请填写。")})
    if draft.region_code is None:
        raise PlaceMissing(fields={"place": PlaceMissing.message})
    if draft.raised_at > clock.now() + FUTURE_TOLERANCE:
        raise RaisedInFuture(fields={"raised_at": RaisedInFuture.message})
    return replace(
        draft,
        text=text,
        place=clean(draft.place, most=PLACE_CHARS_MAX, field="address"),
        how_to_reach=clean(draft.how_to_reach, most=REACH_CHARS_MAX, field="how_to_reach"),
        origin_key=draft.origin_key[:ORIGIN_CHARS_MAX],
    )


def take_appeals(drafts: Sequence[AppealDraft], *, by: Actor) -> list[Appeal]:
    """Trusts the caller: checked drafts, in a fixed number of statements. Raises TooManyAtOnce, and IntegrityError
    where one of the origins is known already."""
    if len(drafts) > ROWS_MAX:
        raise TooManyAtOnce(most=ROWS_MAX)
    with transaction.atomic():
        edition = places.current_edition()
        news = [_new(draft, edition) for draft in drafts]
        appeals: list[Appeal] = LOOP.create(news, by=by, action=Action.RAISE.value)
        facts.write_new(appeals, at=clock.now())
    return appeals


def _new(draft: AppealDraft, edition: int | None) -> New[Appeal]:
    appeal = Appeal(
        text=draft.text,
        source=draft.source,
        meeting=draft.meeting,
        place=draft.place,
        how_to_reach=draft.how_to_reach,
        consents_public=draft.consents_public,
        raised_at=draft.raised_at,
        raised_ym=year_month(draft.raised_at),
        origin_kind=draft.origin_kind,
        origin_key=draft.origin_key,
    )
    appeal.set_region(draft.region_code, edition=edition)
    return New(item=appeal, happened_at=min(draft.raised_at, clock.now()), evidence={"source": draft.source.value})


def _before(drafts: Sequence[AppealDraft]) -> list[Appeal] | None:
    """The appeals of all these origins, or None where they are not all there. Asked after a clash alone: most come once."""
    kinds = {draft.origin_kind for draft in drafts}
    if len(kinds) != 1 or "" in kinds:
        return None
    keys = [draft.origin_key for draft in drafts]
    rows = Appeal.objects.filter(origin_kind=kinds.pop(), origin_key__in=keys)
    found = {appeal.origin_key: appeal for appeal in rows}
    return [found[key] for key in keys] if all(key in found for key in keys) else None
