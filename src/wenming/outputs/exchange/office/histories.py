"""What a row of a ledger says that happened, as steps of the loop, oldest first."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from wenming.engines.loop.commands import Until
from wenming.kernel.actors import Actor, ActorKind
from wenming.kernel.errors import Invalid
from wenming.outputs.exchange.office.sheets import Row
from wenming.programmes.problems.enums import Action, ClosedAs, Lead, PendingRequest
from wenming.programmes.problems.flow import CLOSE, HANDLE, REVIEW
from wenming.programmes.problems.services import Step
from wenming.programmes.problems.services.limits import Limits

VOID: Final = "作废"
PASSED: Final = frozenset({"通过", "合格", "审核通过"})
EXPLAINED: Final = frozenset({"说明结案", "说明后结案"})
NO_REASON: Final = "原表没有写原因"
IN_ORDER: Final = ("found", "assigned", "signed", "reported", "reviewed", "closed")
_DIGITS: Final = re.compile(r"\d+")


class OutOfOrder(Invalid):
    code = "exchange.out_of_order"
    message = _("时间前后不对：{later}早于{earlier}。请核对这一行。")


class NeverReported(Invalid):
    code = "exchange.never_reported"
    message = _("有审核时间，没有反馈时间。请补上这一行的反馈时间。")


class NeverAssigned(Invalid):
    code = "exchange.never_assigned"
    message = _("有反馈时间，没有交办时间。请补上这一行的交办时间。")


WORDS: Final = {
    "found": _("发现时间"),
    "assigned": _("交办时间"),
    "signed": _("签收时间"),
    "reported": _("反馈时间"),
    "reviewed": _("审核时间"),
    "closed": _("结案时间"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """A row's times and words, and the units that they are about. `due` is the printed deadline."""

    times: Mapping[str, datetime | None]
    due: datetime | None
    returned: datetime | None
    returns: int
    is_void: bool
    is_extended: bool
    verdict: str
    note: str
    void_reason: str
    extension_reason: str
    handback_reason: str
    territory_id: int | None
    department_id: int | None
    lead_side: Lead
    office_id: int | None
    photos: tuple[int, ...]
    photo_names: tuple[str, ...]

    @property
    def lead_id(self) -> int | None:
        return self.territory_id if self.lead_side == Lead.TERRITORY else self.department_id

    @property
    def latest(self) -> datetime:
        return max(at for at in (*self.times.values(), self.returned) if at is not None)

    @property
    def is_passed(self) -> bool:
        return self.verdict in PASSED and self.times["reviewed"] is not None


def check(told: Told) -> None:
    """Raises OutOfOrder, NeverReported, NeverAssigned for what cannot have happened so."""
    earlier = "found"
    for name in IN_ORDER[1:]:
        at, before = told.times[name], told.times[earlier]
        if at is not None:
            if before is not None and at < before:
                raise OutOfOrder(later=WORDS[name], earlier=WORDS[earlier])
            earlier = name
    if told.times["reported"] is None and told.times["reviewed"] is not None and not told.is_void:
        raise NeverReported
    if told.times["assigned"] is None and told.times["reported"] is not None:
        raise NeverAssigned


def steps(told: Told, limits: Limits) -> tuple[Step, ...]:
    """Call `check` first. `limits` are the house's own."""
    return (*_dispatched(told, limits), *_answered(told, limits), *_ended(told), *_asked(told))


def _office(told: Told) -> Actor:
    return Actor(ActorKind.IMPORT, "ledger:office", told.office_id)


def _unit(told: Told) -> Actor:
    return Actor(ActorKind.IMPORT, "ledger:unit", told.lead_id)


def _dispatched(told: Told, limits: Limits) -> list[Step]:
    assigned, signed = told.times["assigned"], told.times["signed"]
    if assigned is None or told.lead_id is None:
        return []
    helpers = tuple(
        unit for unit in (told.territory_id, told.department_id) if unit is not None and unit != told.lead_id
    )
    found = [
        Step(
            action=Action.DISPATCH,
            happened_at=assigned,
            changes={
                "dispatched_at": assigned,
                "territory_id": told.territory_id,
                "department_id": told.department_id,
                "lead_id": told.lead_id,
                "lead_side": told.lead_side.value,
                "handle_due_at": told.due,
                "extension_count": int(told.is_extended),
            },
            limits={HANDLE: Until(told.due) if told.due is not None else limits[HANDLE]},
            evidence={"lead": told.lead_id, "helpers": list(helpers)},
            helper_ids=helpers,
            by=_office(told),
        )
    ]
    signed = signed or told.times["reported"]
    if signed is not None:
        found.append(Step(action=Action.SIGN, happened_at=signed, changes={"signed_at": signed}, by=_unit(told)))
    return found


def _answered(told: Told, limits: Limits) -> list[Step]:
    reported, reviewed, returned = told.times["reported"], told.times["reviewed"], told.returned
    if reported is None or told.lead_id is None:
        return []
    found = [_report(told, reported, limits)]
    if told.returns and returned is not None and returned >= reported:
        found.append(
            Step(
                action=Action.RETURN,
                happened_at=returned,
                reason=NO_REASON,
                changes={"rework_count": told.returns},
                limits={HANDLE: limits[HANDLE]},
                by=_office(told),
            )
        )
        if told.is_passed or told.verdict in EXPLAINED:
            # The ledger keeps the first answer's time alone: the second came before its review.
            found.append(_report(told, reviewed or returned, limits))
    if told.is_passed and reviewed is not None:
        found.append(
            Step(
                action=Action.PASS_REVIEW,
                happened_at=reviewed,
                changes={"reviewed_at": reviewed},
                limits={CLOSE: limits[CLOSE]},
                by=_office(told),
            )
        )
    return found


def _report(told: Told, at: datetime, limits: Limits) -> Step:
    evidence: dict[str, Any] = {"note": told.note} if told.note else {}
    if told.photo_names:
        evidence["photos"] = list(told.photo_names)
    return Step(
        action=Action.REPORT_BACK,
        happened_at=at,
        changes={"reported_at": told.times["reported"]},
        limits={REVIEW: limits[REVIEW]},
        evidence=evidence,
        photos=told.photos,
        by=_unit(told),
    )


def _ended(told: Told) -> list[Step]:
    closed = told.times["closed"]
    if told.is_void:
        at = told.latest
        return [
            Step(
                action=Action.VOID,
                happened_at=at,
                reason=told.void_reason or NO_REASON,
                changes={"voided_at": at, "pending_request": ""},
                by=_office(told),
            )
        ]
    if closed is None:
        return []
    changes: dict[str, Any] = {"closed_at": closed}
    if told.is_passed:
        return [_closed(told, Action.CLOSE, closed, {**changes, "closed_as": ClosedAs.FIXED.value})]
    if told.verdict in EXPLAINED:
        return [_closed(told, Action.CLOSE_UNFIXED, closed, {**changes, "closed_as": ClosedAs.EXPLAINED.value})]
    return [_closed(told, Action.CLOSE_AS_TOLD, closed, {**changes, "closed_as": ClosedAs.TOLD.value})]


def _closed(told: Told, action: Action, at: datetime, changes: Mapping[str, Any]) -> Step:
    reason = told.verdict if action == Action.CLOSE_UNFIXED else ""
    return Step(action=action, happened_at=at, reason=reason, changes=changes, by=_office(told))


def _asked(told: Told) -> list[Step]:
    """Requests that still wait for an answer; the ledger does not say when they were made."""
    assigned = told.times["assigned"]
    if told.is_void or told.times["closed"] is not None or assigned is None or told.times["reported"] is not None:
        return []
    if told.handback_reason:
        return [_request(told, Action.ASK_HANDBACK, told.handback_reason, PendingRequest.HANDBACK, {})]
    if told.extension_reason and told.times["signed"] is not None:
        found = _DIGITS.search(told.extension_reason)
        value = int(found.group()) if found else 1
        asked = {"value": value}
        return [_request(told, Action.ASK_EXTENSION, told.extension_reason, PendingRequest.EXTENSION, asked)]
    return []


def _request(told: Told, action: Action, reason: str, request: PendingRequest, evidence: Mapping[str, Any]) -> Step:
    return Step(
        action=action,
        happened_at=told.latest,
        reason=reason,
        changes={"pending_request": request.value},
        evidence=evidence,
        by=_unit(told),
    )


def told_of(row: Row, **known: Any) -> Told:
    """The row's own part; `known` brings the units, the photos and the office. Raises NotATime."""
    returns = row.number_at("returns")
    return Told(
        times={name: row.moment(name) for name in IN_ORDER},
        due=row.moment("due"),
        returned=row.moment("returned"),
        returns=int(returns) if returns else 0,
        is_void=row.text("state") == VOID,
        is_extended=row.text("extension") in ("是", "已延期"),
        verdict=row.text("verdict"),
        note=row.text("note"),
        void_reason=row.text("void_reason"),
        extension_reason=row.text("extension_reason"),
        handback_reason=row.text("handback_reason"),
        **known,
    )
