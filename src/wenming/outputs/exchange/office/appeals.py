"""The office's book of appeals: its meetings, who signed in, and what residents raised, with what became of it."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from wenming.foundation.people.models import Unit
from wenming.foundation.people.selectors import UnitBook
from wenming.kernel import clock
from wenming.kernel.errors import DomainError, Invalid
from wenming.outputs.exchange.kinds import Source
from wenming.outputs.exchange.office.sheets import Row, read_rows
from wenming.outputs.exchange.results import Result
from wenming.programmes.appeals import services
from wenming.programmes.appeals.enums import Action, SaidBy
from wenming.programmes.appeals.enums import Source as Heard
from wenming.programmes.appeals.models import Appeal, Meeting
from wenming.programmes.appeals.services import TOLD_MAX, AppealDraft, Ask, MeetingDraft, Told, ToldStep

MEETINGS: Final = {"on": ("日期",), "topic": ("会议主题",), "venue": ("地点",), "holder": ("召集单位",)}
SHEET: Final = {"on": ("会议日期",), "unit": ("参加单位",)}
APPEALS: Final = {
    "number": ("编号",),
    "raised": ("反映时间",),
    "source": ("来源",),
    "ground": ("社区（村）", "社区"),
    "text": ("反映内容",),
    "public": ("同意公开",),
    "lead": ("办理单位",),
    "assigned": ("交办时间",),
    "answered": ("答复时间",),
    "answer": ("答复",),
    "said_by": ("谁说解决",),
    "confirmed_by": ("确认单位",),
    "solved": ("确认时间",),
    "closed": ("办结时间",),
}
SOURCES: Final = {"入户走访": Heard.VISIT, "来电": Heard.PHONE, "问卷调查": Heard.SURVEY, "征求意见会": Heard.MEETING}
SAID_BY: Final = {"当事人": SaidBy.RESIDENT, "第二人": SaidBy.SECOND}
NO_APPEAL: Final = UUID(int=0)
ORIGIN: Final = "book"


class WordUnknown(Invalid):
    code = "exchange.word_unknown"
    message = _("“{text}”不是这一列的用语。可以写：{known}。")


class TimeMissing(Invalid):
    code = "exchange.time_missing"
    message = _("没有写{column}。")


def take_appeals(source: Source) -> Result:
    """Meetings first, then appeals; what was taken in before is left as it is."""
    result, book = Result(), UnitBook()
    meetings = _take_meetings(source, book, result)
    rows = list(read_rows(source.path, APPEALS, required=("number", "raised", "text")))
    known = _known(source, [row.text("number") for row in rows])
    batch: list[Told] = []
    for row in rows:
        result.read += 1
        if row.text("number") in known:
            result.unchanged += 1
            continue
        try:
            batch.append(_told(row, source, book, meetings))
        except DomainError as error:
            result.reject(row.number, error, sheet=row.sheet)
    for start in range(0, len(batch), TOLD_MAX):
        part = batch[start : start + TOLD_MAX]
        with source.batch():
            services.take_told(part, by=source.by)
        result.created += len(part)
        source.progress(len(part))
    return result


def _known(source: Source, numbers: Iterable[str]) -> set[str]:
    found = Appeal.objects.filter(origin_kind=ORIGIN, origin_key__in=[_key(source, each) for each in numbers])
    return {key.rpartition("/")[2] for key in found.values_list("origin_key", flat=True)}


def _key(source: Source, text: str) -> str:
    return f"{source.path.name}/{text}"


def _take_meetings(source: Source, book: UnitBook, result: Result) -> dict[date, Meeting]:
    came: dict[date, list[Unit]] = {}
    for row in read_rows(source.path, SHEET, required=("on", "unit")):
        came.setdefault(_day(row, "on"), []).append(book.find(row.text("unit")))
    there = set(Meeting.objects.exclude(origin_key="").values_list("origin_key", flat=True))
    meetings: dict[date, Meeting] = {}
    for row in read_rows(source.path, MEETINGS, required=("on", "topic")):
        result.read += 1
        on = _day(row, "on")
        key = _key(source, on.isoformat())
        draft = MeetingDraft(
            topic=row.text("topic"),
            held_on=on,
            venue=row.text("venue"),
            units=tuple(came.get(on, ())),
            origin_key=key,
        )
        meetings[on] = services.take_meeting(draft, holder=book.find(row.text("holder")), by=source.by)
        if key in there:
            result.unchanged += 1
        else:
            result.created += 1
    return meetings


def _told(row: Row, source: Source, book: UnitBook, meetings: dict[date, Meeting]) -> Told:
    raised = _moment(row, "raised")
    heard = SOURCES.get(row.text("source"))
    if heard is None:
        raise WordUnknown(text=row.text("source"), known="、".join(SOURCES))
    draft = AppealDraft(
        text=row.text("text"),
        source=heard,
        raised_at=raised,
        region_code=book.find(row.text("ground")).region_code,
        consents_public=row.text("public") == "是",
        meeting=meetings.get(clock.local(raised).date()) if heard is Heard.MEETING else None,
        origin_kind=ORIGIN,
        origin_key=_key(source, row.text("number")),
    )
    return Told(draft, tuple(_steps(row, book)))


def _steps(row: Row, book: UnitBook) -> Iterator[ToldStep]:
    if row.moment("assigned") is None:
        return
    lead = book.find(row.text("lead"))
    office = book.find(row.text("confirmed_by")) if row.text("confirmed_by") else lead
    assigned = _moment(row, "assigned")
    yield _step(Action.ASSIGN, assigned, office, unit=lead)
    yield _step(Action.SIGN, assigned, lead)
    if row.moment("answered") is None:
        return
    yield _step(Action.ANSWER, _moment(row, "answered"), lead, answer=row.text("answer"))
    if row.text("said_by"):
        said_by = SAID_BY.get(row.text("said_by"))
        if said_by is None:
            raise WordUnknown(text=row.text("said_by"), known="、".join(SAID_BY))
        yield _step(Action.SAY_SOLVED, _moment(row, "solved"), office, said_by=said_by)
        if row.moment("closed") is not None:
            yield _step(Action.CLOSE, _moment(row, "closed"), office)
    elif row.moment("closed") is not None:
        closed, reason = _moment(row, "closed"), row.text("answer")
        yield _step(Action.SAY_UNSOLVED, closed, office, reason=reason)
        yield _step(Action.CLOSE_UNSOLVED, closed, office, reason=reason)


def _step(action: Action, at: datetime, by: Unit, **more: object) -> ToldStep:
    return ToldStep(ask=Ask(appeal=NO_APPEAL, action=action, **more), at=at, unit=by)  # type: ignore[arg-type]  # fields of Ask


def _moment(row: Row, name: str) -> datetime:
    at = row.moment(name)
    if at is None:
        raise TimeMissing(column=APPEALS[name][0])
    return at


def _day(row: Row, name: str) -> date:
    at = row.moment(name)
    if at is None:
        raise TimeMissing(column=row.text(name))
    return clock.local(at).date()
