"""Problems for other programs: the same list, the same verbs, the same refusals."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated, Any, Final
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import File, Query, Router, Schema
from ninja.files import UploadedFile
from pydantic import AwareDatetime, Field, create_model

from wenming.engines.loop.commands import Outcome
from wenming.foundation.files import selectors as files
from wenming.foundation.files import services as receiving
from wenming.foundation.files.models import StoredFile
from wenming.foundation.people.acting import Acting
from wenming.foundation.people.doors import CallRequest, calls
from wenming.foundation.places import selectors as places
from wenming.kernel import paging
from wenming.kernel.calls import REFUSALS, Body, answer, idempotency_key, page_document, refusal
from wenming.kernel.errors import Invalid, Refused
from wenming.programmes.problems import selectors
from wenming.programmes.problems.enums import Action, Channel, Lead
from wenming.programmes.problems.errors import ProblemNotFound
from wenming.programmes.problems.flow import FLOW
from wenming.programmes.problems.models import Problem, ProblemEvent
from wenming.programmes.problems.selectors import ProblemFilters
from wenming.programmes.problems.services import Ask, ProblemDraft, file_once, perform

router = Router(tags=["problems"])

READ: Final = "problems:read"
WRITE: Final = "problems:write"
HISTORY: Final = "problems:history"
ACTS_MAX: Final = 500
PHOTOS_MAX: Final = 9
# A new problem is filed, not acted upon; only an import tells what another system closed; what a sample of site visits
# found belongs to its sheet.
NOT_CALLED: Final = frozenset(
    {Action.FILE, Action.REPORT, Action.CLOSE_AS_TOLD, Action.SITE_PASS, Action.SITE_FAIL, Action.SITE_RETURN}
)
COLUMNS: Final = tuple(name for name in selectors.LIST_COLUMNS if name != "id")


class TypeUnknown(Invalid):
    code = "problems.type_unknown"
    message = _("现行目录里没有类型 {type}。")


class PhotosUnknown(Invalid):
    code = "problems.photos_unknown"
    message = _("有照片不是用这个身份上传的，或者不存在。请先上传。")


class MomentsNotYours(Refused):
    code = "problems.moments_not_yours"
    message = _("只有带“补登”用途的密钥可以写发生时间。")


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
    handle_due_at: datetime | None = None
    closed_as: str
    extension_count: int
    history: list[HistoryStep] = Field(
        description="oldest first; each step carries the hash that the next one continues"
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
    "helper_ids": (list[int] | None, Field(None, max_length=20)),
}
_PHOTOS: Final[dict[str, Any]] = {"photos": (list[UUID], Field(default_factory=list, max_length=PHOTOS_MAX))}
_VALUE: Final[dict[str, Any]] = {"extension_value": (int, Field(ge=1, le=200, description="in the unit of the limit"))}
# What an action takes beside what every act takes.
TAKES: Final[dict[Action, dict[str, Any]]] = {
    Action.DISPATCH: _UNITS,
    Action.REDISPATCH: _UNITS,
    Action.REPORT_BACK: _PHOTOS,
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
    helper_ids: list[int] | None = Field(None, max_length=20)
    photos: list[UUID] = Field(default_factory=list, max_length=PHOTOS_MAX)
    extension_value: int | None = Field(None, ge=1, le=200)


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


@router.get(
    "", response={200: ProblemRows, **REFUSALS}, url_name="problems", summary="Problems that the caller may see"
)
@calls("problems.view_problem", right=READ)
def problems(request: CallRequest, filters: Query[ProblemQuestion]) -> HttpResponse:
    wanted = [name for name in filters.fields.split(",") if name]
    unknown = set(wanted) - set(COLUMNS)
    if unknown:
        raise Invalid(fields={"fields": "、".join(sorted(unknown))})
    chosen = ProblemFilters.read(
        {name: value for name, value in filters.model_dump().items() if isinstance(value, str)}
    )
    rows = selectors.find_problems(request.acting, chosen)
    by_due = filters.sort == "due" or (not filters.sort and filters.state == "open")
    page = selectors.page_of(
        rows, order=selectors.BY_DUE if by_due else selectors.BY_FOUND, cursor=filters.cursor or None, size=filters.size
    )
    columns = wanted or COLUMNS
    return answer(page_document(page, ({name: row[name] for name in columns} for row in page.rows)))


@router.post("", response={201: ProblemWhole, **REFUSALS}, url_name="file", summary="File a problem")
@calls("problems.file", right=WRITE)
def file(request: CallRequest, draft: ProblemIn) -> HttpResponse:
    """With an `Idempotency-Key` the same key answers with the problem that it filed the first time."""
    acting, key = request.acting, idempotency_key(request)
    kind = selectors.types_on_offer().get(draft.type) if draft.type else None
    if draft.type and kind is None:
        raise TypeUnknown(type=draft.type)
    made = ProblemDraft(
        title=draft.title,
        channel=draft.channel,
        found_at=draft.found_at,
        description=draft.description,
        type=kind,
        point=places.point_for(acting, draft.point) if draft.point is not None else None,
        # A place that says nothing of itself lies where the caller answers.
        region_code=_own_region(acting) if draft.point is None and draft.lat is None else None,
        address=draft.address,
        lat=draft.lat,
        lon=draft.lon,
        photos=_photos(acting, [draft.photos])[0],
        source=f"api:{request.caller}" if key else "",
        source_key=key,
    )
    return answer(_whole(acting, file_once(acting, made).public_id), status=201)


@router.post(
    "/photos", response={201: PhotosReceived, **REFUSALS}, url_name="photos", summary="Upload photos for a later act"
)
@calls("problems.attach_photos", right=WRITE)
def photos(request: CallRequest, files: File[list[UploadedFile]]) -> HttpResponse:
    """What is published is encoded anew, without position, time or device."""
    received = receiving.receive_photos(receiving.photo_drafts(files), by=request.acting.actor)
    document = [{"id": each.public_id, "sha256": each.sha256_received} for each in received]
    return answer({"photos": document}, status=201)


@router.post(
    "/acts", response={200: ActResults, **REFUSALS}, url_name="acts", summary="Up to 500 acts, each with its own result"
)
@calls("problems.view_problem", right=WRITE)
def acts(request: CallRequest, many: ActsIn) -> HttpResponse:
    """One transaction and a fixed number of statements; the refusal of one does not undo the others."""
    moments = {each.happened_at for each in many.acts}
    if len(moments) > 1:
        raise Invalid(fields={"happened_at": _("一次提交里的发生时间要相同。")})
    attached = _photos(request.acting, [each.photos for each in many.acts])
    asks = [
        _ask(each, each.problem, _action(each.action), given, key=each.key)
        for each, given in zip(many.acts, attached, strict=True)
    ]
    at = _moment(request, moments.pop())
    outcomes = perform(request.acting, asks, at=at)
    results = [_result(ask.problem, outcome) for ask, outcome in zip(asks, outcomes, strict=True)]
    done = sum(each["is_done"] for each in results)
    return answer({"results": results, "done": done, "refused": len(results) - done})


@router.get(
    "/{uuid:public_id}",
    response={200: ProblemWhole, **REFUSALS},
    url_name="problem",
    summary="A problem with its history",
)
@calls("problems.view_problem", right=READ)
def problem(request: CallRequest, public_id: UUID) -> HttpResponse:
    return answer(_whole(request.acting, public_id))


def _declare(action: Action) -> None:
    """One typed operation for one verb of the flow; its body asks for a reason where the flow does."""
    reason: dict[str, Any] = (
        {"reason": (str, Field(min_length=1, max_length=2000))} if FLOW.actions[action].needs_reason else {}
    )
    model: Any = create_model(
        f"{action.name.title().replace('_', '')}Body", __base__=Act, **TAKES.get(action, {}), **reason
    )

    def act(request: CallRequest, public_id: UUID, body: Act) -> HttpResponse:
        acting = request.acting
        attached = _photos(acting, [getattr(body, "photos", [])])[0]
        ask = _ask(body, public_id, action, attached, key=idempotency_key(request))
        outcome = perform(acting, [ask], at=_moment(request, body.happened_at))[0]
        if outcome.error is None:
            return answer(_whole(acting, public_id))
        current = _row(acting, public_id) if outcome.error.status == 409 else None
        return refusal(request, outcome.error, current=current)

    act.__annotations__["body"] = model
    act.__name__ = action.value
    guarded = calls(f"problems.{action.value}", right=WRITE)(act)
    operation: Callable[..., Any] = router.post(
        f"/{{uuid:public_id}}/{action.value}",
        response={200: ProblemWhole, **REFUSALS},
        url_name=action.value,
        operation_id=f"problems_{action.value}",
        summary=f"{action.value.replace('_', ' ').capitalize()} ({FLOW.actions[action].target})",
    )
    operation(guarded)


for _each in Action:
    if _each not in NOT_CALLED:
        _declare(_each)


def _action(text: str) -> Action:
    """Raises ProblemNotFound for a verb that nobody can be asked for."""
    if text not in Action.values or Action(text) in NOT_CALLED:
        raise ProblemNotFound
    return Action(text)


def _ask(body: Act, problem_id: UUID, action: Action, attached: tuple[StoredFile, ...], *, key: str) -> Ask:
    helpers = getattr(body, "helper_ids", None)
    return Ask(
        problem=problem_id,
        action=action,
        reason=body.reason,
        note=body.note,
        photos=attached,
        expected_version=body.version,
        key=key,
        territory_id=getattr(body, "territory_id", None),
        department_id=getattr(body, "department_id", None),
        lead_side=getattr(body, "lead_side", None),
        helper_ids=tuple(helpers) if helpers is not None else None,
        extension_value=getattr(body, "extension_value", None),
    )


def _moment(request: CallRequest, at: datetime | None) -> datetime | None:
    """When it happened, for those who may tell it. Raises MomentsNotYours."""
    if at is not None and (request.rights is None or HISTORY not in request.rights):
        raise MomentsNotYours
    return at


def _photos(acting: Acting, asked: Sequence[Sequence[UUID]]) -> list[tuple[StoredFile, ...]]:
    """What the same actor uploaded, for each of many; one statement. Raises PhotosUnknown."""
    wanted = {each for ids in asked for each in ids}
    found = files.photos_received_by(acting.actor, wanted) if wanted else {}
    if wanted - found.keys():
        raise PhotosUnknown
    return [tuple(found[each] for each in ids) for ids in asked]


def _own_region(acting: Acting) -> int | None:
    return acting.scope.value if acting.scope.column.endswith("_code") else None


def _row(acting: Acting, public_id: UUID) -> dict[str, Any] | None:
    row: dict[str, Any] | None = selectors.visible_to(acting).filter(public_id=public_id).values(*COLUMNS).first()
    return row


def _whole(acting: Acting, public_id: UUID) -> dict[str, Any]:
    """Two statements. Raises ProblemNotFound."""
    row = selectors.visible_to(acting).filter(public_id=public_id).values(*WHOLE).first()
    if row is None:
        raise ProblemNotFound
    steps = ProblemEvent.objects.filter(item_id=row.pop("id")).order_by("seq")
    return {**row, "history": list(steps.values(*HistoryStep.model_fields)[: selectors.EVENTS_MAX])}


def _result(problem_id: UUID, outcome: Outcome[Problem]) -> dict[str, Any]:
    said = outcome.error.as_dict() if outcome.error is not None else {"code": "", "message": ""}
    return {
        "problem": problem_id,
        "is_done": outcome.is_done,
        "is_replay": outcome.is_replay,
        "state": outcome.state,
        "version": outcome.version,
        "code": said["code"],
        "message": said["message"],
    }
