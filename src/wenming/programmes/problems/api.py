"""Problems for other programs: the same list, the same verbs, the same refusals."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import File, Query, Router
from ninja.files import UploadedFile
from pydantic import Field, create_model

from wenming.engines.loop.commands import Outcome
from wenming.foundation.files import selectors as files
from wenming.foundation.files import services as receiving
from wenming.foundation.files.models import StoredFile
from wenming.foundation.people import selectors as people
from wenming.foundation.people.acting import Acting
from wenming.foundation.people.doors import CallRequest, calls
from wenming.foundation.places import selectors as places
from wenming.kernel.calls import REFUSALS, answer, idempotency_key, page_document, refusal
from wenming.kernel.errors import Invalid
from wenming.kernel.kept import Kept
from wenming.programmes.problems import selectors
from wenming.programmes.problems.api_shapes import (
    TAKES,
    WHOLE,
    Act,
    ActResults,
    ActsIn,
    HistoryStep,
    PhotosReceived,
    ProblemFiled,
    ProblemIn,
    ProblemQuestion,
    ProblemRows,
    ProblemWhole,
)
from wenming.programmes.problems.enums import Action
from wenming.programmes.problems.errors import MomentsNotYours, PhotosUnknown, ProblemNotFound, TypeUnknown, UnitUnknown
from wenming.programmes.problems.flow import FLOW
from wenming.programmes.problems.models import Problem, ProblemEvent
from wenming.programmes.problems.routing.suggesting import suggest
from wenming.programmes.problems.selectors import ProblemFilters
from wenming.programmes.problems.services import Ask, ProblemDraft, file_once, perform
from wenming.programmes.standards.models import ProblemType

router = Router(tags=["problems"])

READ: Final = "problems:read"
WRITE: Final = "problems:write"
HISTORY: Final = "problems:history"
# A new problem is filed, not acted upon; only an import tells what another system closed; what a sample of site visits
# found belongs to its sheet; only a merger of units hands over.
NOT_CALLED: Final = frozenset(
    {
        *(Action.FILE, Action.REPORT, Action.CLOSE_AS_TOLD, Action.HAND_OVER),
        *(Action.SITE_PASS, Action.SITE_FAIL, Action.SITE_RETURN),
    }
)
_STEPS: Final = Kept(
    lambda item_id: ProblemEvent.objects.filter(item_id=item_id).order_by("seq")[: selectors.EVENTS_MAX],
    tuple(HistoryStep.model_fields),
    (int,),
)
COLUMNS: Final = tuple(name for name in selectors.LIST_COLUMNS if name != "id")


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


@router.post("", response={201: ProblemFiled, **REFUSALS}, url_name="file", summary="File a problem")
@calls("problems.file", right=WRITE)
def file(request: CallRequest, draft: ProblemIn) -> HttpResponse:
    """With an `Idempotency-Key` the same key answers with the problem that it filed the first time. Beside the problem
    stands who should answer for it and what may be the same problem, as the desk shows them while one is filed."""
    acting, key = request.acting, idempotency_key(request)
    kind = selectors.type_on_offer(draft.type) if draft.type else None
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
        region_code=_own_region(acting) if draft.point is None and not _is_located(draft) else None,
        address=draft.address,
        lat=draft.lat,
        lon=draft.lon,
        photos=_photos(acting, [draft.photos])[0],
        source=f"api:{request.caller}" if key else "",
        source_key=key,
    )
    filed = file_once(acting, made)
    whole = _with_history(selectors.row_of_own(filed, WHOLE))
    return answer({**whole, **_looked_up(acting, filed)}, status=201)


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
    _check_units(many.acts)
    attached = _photos(request.acting, [each.photos for each in many.acts])
    named = _named(request.acting, many.acts)
    asks = [
        _ask(each, each.problem, _action(each.action), given, named, key=each.key)
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
        _check_units([body])
        attached = _photos(acting, [getattr(body, "photos", [])])[0]
        named = _named(acting, [body])
        ask = _ask(body, public_id, action, attached, named, key=idempotency_key(request))
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


@dataclass(frozen=True, slots=True)
class Named:
    """What bodies name beside their own problem: the problems to merge into, the types of parts."""

    problems: Mapping[UUID, int]
    types: Mapping[str, ProblemType]


def _named(acting: Acting, bodies: Sequence[Act]) -> Named:
    """One statement for each kind that is named at all. Raises TypeUnknown; a problem that is not there is refused by
    the act itself."""
    into = {each for body in bodies if (each := getattr(body, "into", None)) is not None}
    wanted = {each for body in bodies if (each := getattr(body, "part_type", ""))}
    types = selectors.types_on_offer() if wanted else {}
    for code in sorted(wanted - types.keys()):
        raise TypeUnknown(type=code)
    found = selectors.visible_to(acting).filter(public_id__in=into).values_list("public_id", "pk") if into else ()
    return Named(dict(found), types)


def _ask(
    body: Act, problem_id: UUID, action: Action, attached: tuple[StoredFile, ...], named: Named, *, key: str
) -> Ask:
    helpers = getattr(body, "helper_ids", None)
    into: UUID | None = getattr(body, "into", None)
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
        into_id=named.problems.get(into) if into is not None else None,
        part_title=getattr(body, "part_title", ""),
        part_type=named.types.get(getattr(body, "part_type", "")),
    )


def _check_units(bodies: Sequence[Act]) -> None:
    """One statement where any unit is named. Raises UnitUnknown."""
    named = [getattr(body, name, None) for body in bodies for name in ("territory_id", "department_id")]
    helpers = [each for body in bodies for each in getattr(body, "helper_ids", None) or ()]
    wanted = {each for each in (*named, *helpers) if each is not None}
    if wanted and wanted - people.names_of(wanted).keys():
        raise UnitUnknown


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


def _is_located(draft: ProblemIn) -> bool:
    """Whether its position can be one of ours; what a sensor without a fix sends cannot."""
    return draft.lat is not None and draft.lon is not None and places.place_fault(draft.lat, draft.lon) is None


def _own_region(acting: Acting) -> int | None:
    return acting.scope.value if acting.scope.column.endswith("_code") else None


def _row(acting: Acting, public_id: UUID) -> dict[str, Any] | None:
    return selectors.row_of(acting, public_id, COLUMNS)


def _whole(acting: Acting, public_id: UUID) -> dict[str, Any]:
    """Two statements. Raises ProblemNotFound."""
    return _with_history(selectors.row_of(acting, public_id, WHOLE))


def _with_history(row: dict[str, Any] | None) -> dict[str, Any]:
    if row is None:
        raise ProblemNotFound
    problem_id = row.pop("id")
    return {**row, "history": _STEPS.rows(problem_id)}


def _looked_up(acting: Acting, filed: Problem) -> dict[str, Any]:
    """What the machine says of a problem that was just filed; three statements."""
    found = suggest([filed])[filed.pk]
    proposal = {
        "territory_id": found.territory.pk if found.territory is not None else None,
        "territory_why": found.territory_why,
        "department_id": found.department.pk if found.department is not None else None,
        "department_why": found.department_why,
        "lead_side": found.side.value if found.side is not None else "",
        "lead_id": found.lead.pk if found.lead is not None else None,
        "helper_ids": [unit.pk for unit in found.helpers],
        "rule_why": found.rule_why,
    }
    near = selectors.likely_duplicates(
        acting, type_code=filed.type_code, lat=filed.lat, lon=filed.lon, besides=filed.pk
    )
    return {"proposal": proposal, "possible_duplicates": near}


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
