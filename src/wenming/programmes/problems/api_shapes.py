"""What goes into the operations on problems and what comes out of them."""

from datetime import datetime
from typing import Annotated, Any, Final
from uuid import UUID

from ninja import Schema
from pydantic import AwareDatetime, Field

from wenming.kernel import paging
from wenming.kernel.calls import Body
from wenming.programmes.problems.enums import Action, Channel, Lead

ACTS_MAX: Final = 500
PHOTOS_MAX: Final = 9


class ProblemRow(Schema):
    """A problem in a list. Times carry their offset; units are named and numbered."""

    public_id: UUID
    code: str
    title: str
    address: str
    state: str
    version: int
    due_at: datetime | None = None
    due_is_provisional: bool
    found_at: datetime
    dispatched_at: datetime | None = None
    closed_at: datetime | None = None
    suspended_at: datetime | None = None
    exemption_asked_at: datetime | None = None
    pending_request: str
    rework_count: int
    is_unlocated: bool
    lat: float | None = None
    lon: float | None = None
    territory_id: int | None = None
    department_id: int | None = None
    lead_id: int | None = None
    territory__name: str | None = None
    department__name: str | None = None
    lead__name: str | None = None
    point__name: str | None = None
    type_name: str
    category_name: str


class ProblemRows(Schema):
    items: list[dict[str, Any]] = Field(description="problems; with `fields` only those columns of each")
    next: str | None = Field(None, description="cursor of the next page")
    previous: str | None = None


class HistoryStep(Schema):
    seq: int
    action: str
    source: str
    target: str
    happened_at: datetime
    recorded_at: datetime
    actor_kind: str
    unit_id: int | None = None
    role: str
    reason: str
    hash: str


class ProblemWhole(ProblemRow):
    description: str
    channel: str
    type_code: str
    filed_at: datetime | None = None
    signed_at: datetime | None = None
    reported_at: datetime | None = None
    reviewed_at: datetime | None = None
    voided_at: datetime | None = None
    exempted_at: datetime | None = None
    self_handled_at: datetime | None = None
    handle_due_at: datetime | None = None
    closed_as: str
    extension_count: int
    history: list[HistoryStep] = Field(
        description="oldest first; each step carries the hash that the next one continues"
    )


class Proposal(Schema):
    """Whom the routing rules, the register and the catalogue propose, and why: the same as at the desk. It decides
    nothing; `dispatch` does."""

    territory_id: int | None = None
    territory_why: str
    department_id: int | None = None
    department_why: str
    lead_side: str = Field(description="territory or department; empty where nobody can be proposed")
    lead_id: int | None = None
    helper_ids: list[int]
    rule_why: str = Field(description="the rule that holds, with its conditions; empty where none does")


class PossibleDuplicate(Schema):
    public_id: UUID
    code: str
    title: str
    state: str
    found_at: datetime
    address: str


class ProblemFiled(ProblemWhole):
    proposal: Proposal
    possible_duplicates: list[PossibleDuplicate] = Field(
        description="open ones of the same type within some 100 m, found in the last 30 days; nothing is merged by itself"
    )


WHOLE: Final = ("id", *ProblemRow.model_fields, *(name for name in ProblemWhole.model_fields if name not in {*ProblemRow.model_fields, "history"}))  # fmt: skip


class ProblemQuestion(Schema):
    """The same as in the address of the list: an empty one does not filter. `state` takes a state, `open` or `all`."""

    q: str = Field("", max_length=100)
    state: str = Field("open", max_length=20)
    region: str = Field("", max_length=12, description="12-digit division code of a city, county, town or village")
    unit: str = Field("", max_length=18, description="number of the unit that leads")
    type: str = Field("", max_length=20)
    channel: str = Field("", max_length=12)
    period: str = Field("", max_length=40, description="2024, 2024-Q3, 2024-03 or 2024-01..2024-09, by the time found")
    point: str = Field("", max_length=40)
    late: str = Field("", max_length=1)
    request: str = Field("", max_length=10)
    unlocated: str = Field("", max_length=1)
    sort: str = Field("", pattern="^(due|found)?$")
    size: int = Field(paging.PAGE_SIZE, ge=1, le=paging.PAGE_SIZE_MAX)
    cursor: str = Field("", max_length=400)
    fields: str = Field("", max_length=400, description="columns, separated by commas")


class ProblemIn(Body):
    """The place is a point, a position or an address, the best that there is."""

    title: str = Field(min_length=1, max_length=120)
    found_at: AwareDatetime
    channel: Channel = Channel.DESK
    description: str = Field("", max_length=4000)
    type: str = Field("", max_length=20, description="code in the catalogue in force")
    point: UUID | None = None
    address: str = Field("", max_length=200)
    lat: float | None = Field(None, ge=-90, le=90)
    lon: float | None = Field(None, ge=-180, le=180)
    photos: list[UUID] = Field(
        default_factory=list, max_length=PHOTOS_MAX, description="uploaded before, by the same caller"
    )


class Act(Body):
    version: int | None = Field(
        None, ge=0, le=2**31 - 1, description="the version that the caller saw; 409 when it is older"
    )
    happened_at: AwareDatetime | None = Field(None, description="for keys made to tell what happened elsewhere")
    note: str = Field("", max_length=2000)
    reason: str = Field("", max_length=2000)


Number = Annotated[int, Field(ge=1, le=2**31 - 1)]
_UNITS: Final[dict[str, Any]] = {
    "territory_id": (Number | None, None),
    "department_id": (Number | None, None),
    "lead_side": (Lead | None, None),
    "helper_ids": (list[Number] | None, Field(None, max_length=20)),
}
_PHOTOS: Final[dict[str, Any]] = {"photos": (list[UUID], Field(default_factory=list, max_length=PHOTOS_MAX))}
_VALUE: Final[dict[str, Any]] = {"extension_value": (int, Field(ge=1, le=200, description="in the unit of the limit"))}
# What an action takes beside what every act takes.
TAKES: Final[dict[Action, dict[str, Any]]] = {
    Action.DISPATCH: _UNITS,
    Action.REDISPATCH: _UNITS,
    Action.REPORT_BACK: _PHOTOS,
    Action.SELF_HANDLE: _PHOTOS,
    Action.MERGE: {"into": (UUID, Field(description="the problem that it is merged into"))},
    Action.SPLIT: {
        "part_title": (str, Field(min_length=1, max_length=120)),
        "part_type": (str, Field("", max_length=20, description="code in the catalogue in force")),
    },
    Action.ASK_EXTENSION: _VALUE,
    Action.GRANT_EXTENSION: _VALUE,
}


class ActIn(Act):
    """One act among many; `action` is a verb of the flow."""

    problem: UUID
    action: str = Field(max_length=32)
    key: str = Field("", max_length=40, description="idempotency key of this act")
    territory_id: Number | None = None
    department_id: Number | None = None
    lead_side: Lead | None = None
    helper_ids: list[Number] | None = Field(None, max_length=20)
    photos: list[UUID] = Field(default_factory=list, max_length=PHOTOS_MAX)
    extension_value: int | None = Field(None, ge=1, le=200)
    into: UUID | None = None
    part_title: str = Field("", max_length=120)
    part_type: str = Field("", max_length=20)


class ActsIn(Body):
    acts: list[ActIn] = Field(min_length=1, max_length=ACTS_MAX)


class ActResult(Schema):
    problem: UUID
    is_done: bool
    is_replay: bool
    state: str
    version: int
    code: str = ""
    message: str = ""


class ActResults(Schema):
    results: list[ActResult]
    done: int
    refused: int


class PhotoReceived(Schema):
    id: UUID
    sha256: str


class PhotosReceived(Schema):
    photos: list[PhotoReceived]
