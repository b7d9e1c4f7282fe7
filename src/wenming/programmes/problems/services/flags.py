"""Compares the photos of an answer with all earlier ones, and with when and where they should have been taken."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import cos, hypot, radians
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Exists, F, OuterRef, QuerySet

from wenming.foundation.files import selectors as files
from wenming.foundation.files.models import StoredFile
from wenming.kernel import clock
from wenming.kernel.kept import Kept, KeptModels
from wenming.programmes.problems import notes
from wenming.programmes.problems.enums import Action, FlagKind, PhotoMoment, State
from wenming.programmes.problems.flag_selectors import unsettled
from wenming.programmes.problems.models import (
    PERMILLE,
    AnswerComparison,
    PhotoFlag,
    Problem,
    ProblemEvent,
    ProblemPhoto,
)

# An original taken farther from the place than this is asked about; the setting `PHOTO_METRES_MAX` says otherwise.
# Telephones write no accuracy that is kept, and in a street they are right to some 20 m.
ANSWERS_BY: Final = (Action.REPORT_BACK, Action.SELF_HANDLE)
METRES_MAX_DEFAULT: Final = 50
# A phone's clock may be behind ours by this much.
CLOCK_TOLERANCE: Final = timedelta(minutes=10)
# Some half a second. What is more waits for the worker's next minute.
COMPARED_AT_ONCE_MAX: Final = 60
WAITING_ROWS_MAX: Final = 200
SAME_PICTURE_ROWS_MAX: Final = 5_000
WRITE_ROWS: Final = 500
METRES_A_DEGREE: Final = 111_195.0

Answers = Mapping[int, Collection[int] | None]

_LOCKED: Final = KeptModels(
    lambda pks: (
        Problem.objects.select_for_update(of=("self",), no_key=True)
        .select_related("point")
        .filter(pk__in=pks)
        .order_by("pk")
    ),
    (list[int],),
)
_COMPARED: Final = Kept(
    lambda pks: AnswerComparison.objects.filter(problem_id__in=pks, round=F("problem__rework_count")),
    ("problem_id",),
    (list[int],),
)
_PHOTOS: Final = KeptModels(
    lambda pks: ProblemPhoto.objects.filter(problem_id__in=pks).select_related("file").order_by("pk"), (list[int],)
)
_SHOWN: Final = KeptModels(
    lambda file_ids: ProblemPhoto.objects.filter(file_id__in=file_ids).order_by("pk")[:SAME_PICTURE_ROWS_MAX],
    (list[int],),
)


@dataclass(frozen=True, slots=True)
class _Answer:
    problem: Problem
    photos: Sequence[ProblemPhoto]


def metres_max() -> int:
    return int(getattr(settings, "PHOTO_METRES_MAX", METRES_MAX_DEFAULT))


def compare(answers: Answers) -> None:
    """Raises what is to be asked about the photos of each answer, by problem: the files just attached, or None for
    those that its last answer named.

    Each answer once, however often and wherever it is called. At most COMPARED_AT_ONCE_MAX photos (one answer at
    least); the rest is left for `compare_waiting`. The number of statements depends on neither. In one transaction.
    """
    with transaction.atomic(savepoint=False):
        fresh = _not_compared(answers)
        if not fresh:
            return
        photos = _photos_of(fresh)
        chosen = _within_limit([_Answer(p, _of_answer(photos[p.pk], named)) for p, named in _named(fresh, answers)])
        flags = _likenesses(chosen, photos)
        for answer in chosen:
            flags += [flag for photo in answer.photos for flag in _measured(answer.problem, photo)]
        now = clock.now()
        for flag in flags:
            flag.raised_at = now
        PhotoFlag.objects.bulk_create(flags, batch_size=WRITE_ROWS)
        AnswerComparison.objects.bulk_create(
            [
                AnswerComparison(
                    problem=each.problem,
                    round=each.problem.rework_count,
                    photo_count=len(each.photos),
                    compared_at=now,
                )
                for each in chosen
            ],
            batch_size=WRITE_ROWS,
        )
        flagged = {flag.problem_id for flag in flags}
        notes.ask_to_explain([each.problem for each in chosen if each.problem.pk in flagged])


def open_counts(problem_ids: Collection[int]) -> dict[int, int]:
    """How many flags of each problem's present answer still wait for a reason or a second look.

    What was not compared yet is compared now; a problem for which that was too much is left out.
    """
    rows = Problem.objects.filter(pk__in=problem_ids, state=State.REPORTED_BACK)
    compare(dict.fromkeys(rows.filter(~Exists(_comparisons())).values_list("pk", flat=True)))
    counts = dict.fromkeys(rows.filter(Exists(_comparisons())).values_list("pk", flat=True), 0)
    waiting = unsettled().filter(problem_id__in=counts).order_by().values_list("problem_id")
    return counts | dict(waiting.annotate(n=Count("pk")))


def compare_waiting() -> int:
    """Compares what came in without: with a workbook, in a great batch, before an upgrade. Answers how many it saw."""
    rows = Problem.objects.filter(~Exists(_comparisons()), state=State.REPORTED_BACK)
    waiting = list(rows.order_by("pk").values_list("pk", flat=True)[:WAITING_ROWS_MAX])
    for pk in waiting:
        compare({pk: None})
    return len(waiting)


def _comparisons() -> QuerySet[AnswerComparison]:
    return AnswerComparison.objects.filter(problem=OuterRef("pk"), round=OuterRef("rework_count"))


def _not_compared(answers: Answers) -> list[Problem]:
    """Locked, so that no two compare the same answer."""
    problems = _LOCKED.all(sorted(answers))
    known = {pk for (pk,) in _COMPARED.tuples([problem.pk for problem in problems])}
    return [problem for problem in problems if problem.pk not in known]


def _photos_of(problems: Sequence[Problem]) -> dict[int, list[ProblemPhoto]]:
    found: dict[int, list[ProblemPhoto]] = defaultdict(list)
    for photo in _PHOTOS.all([problem.pk for problem in problems]):
        found[photo.problem_id].append(photo)
    return found


def _named(problems: Sequence[Problem], answers: Answers) -> list[tuple[Problem, Collection[str] | Collection[int]]]:
    """What each answer names: keys of files, or their public ids as its event keeps them."""
    untold = [problem.pk for problem in problems if answers[problem.pk] is None]
    told: dict[int, Collection[str]] = {}
    if untold:
        events = ProblemEvent.objects.filter(item_id__in=untold, action__in=ANSWERS_BY).order_by("seq")
        told = {item: evidence.get("photos", ()) for item, evidence in events.values_list("item_id", "evidence")}
    return [(p, told.get(p.pk, ()) if (named := answers[p.pk]) is None else named) for p in problems]


def _of_answer(photos: Sequence[ProblemPhoto], named: Collection[str] | Collection[int]) -> list[ProblemPhoto]:
    """Every photo after the work where the answer names none that we know, as a workbook's does."""
    after = [photo for photo in photos if photo.moment == PhotoMoment.AFTER]
    return [photo for photo in after if photo.file_id in named or str(photo.file.public_id) in named] or after


def _within_limit(answers: Sequence[_Answer]) -> list[_Answer]:
    chosen: list[_Answer] = []
    count = 0
    for each in answers:
        count += len(each.photos)
        if chosen and count > COMPARED_AT_ONCE_MAX:
            break
        chosen.append(each)
    return chosen


def _likenesses(answers: Sequence[_Answer], photos: Mapping[int, Sequence[ProblemPhoto]]) -> list[PhotoFlag]:
    """At most one for each photo: its own photo before the work goes before any other."""
    asked = {photo.file_id: photo.file for each in answers for photo in each.photos}
    if not asked:
        return []
    besides = {
        photo.file_id: {other.file_id for other in photos[each.problem.pk] if other.moment != PhotoMoment.BEFORE}
        for each in answers
        for photo in each.photos
    }
    alike = files.photos_alike(list(asked.values()), among=_shown_files, besides=besides)
    wanted = {one.file.pk for found in alike.values() for one in found} | asked.keys()
    shown: dict[int, list[ProblemPhoto]] = defaultdict(list)
    for row in _SHOWN.all(sorted(wanted)):
        shown[row.file_id].append(row)
    flags = []
    for each in answers:
        for photo in each.photos:
            found = [(row, PERMILLE) for row in shown[photo.file_id] if row.pk < photo.pk]
            for one in alike[photo.file_id]:
                found += [(row, round(one.score * PERMILLE)) for row in shown[one.file.pk]]
            flags += _likeness(each.problem, photo, found)
    return flags


def _likeness(problem: Problem, photo: ProblemPhoto, found: Sequence[tuple[ProblemPhoto, int]]) -> list[PhotoFlag]:
    own = [(row, score) for row, score in found if row.problem_id == problem.pk and row.moment == PhotoMoment.BEFORE]
    others = [(row, score) for row, score in found if row.problem_id != problem.pk]
    for kind, rows in ((FlagKind.BEFORE, own), (FlagKind.EARLIER, others)):
        if rows:
            other, score = rows[0]
            return [_flag(problem, photo, kind, other=other, likeness_permille=score)]
    return []


def _measured(problem: Problem, photo: ProblemPhoto) -> list[PhotoFlag]:
    """What the original says of its time and its position."""
    flags = []
    taken_at, dispatched_at = photo.file.taken_at, problem.dispatched_at
    if taken_at is not None and dispatched_at is not None and taken_at < dispatched_at - CLOCK_TOLERANCE:
        flags.append(_flag(problem, photo, FlagKind.TIME, minutes=_minutes(dispatched_at - taken_at)))
    metres = _metres_off(problem, photo.file)
    if metres is not None and metres > metres_max():
        flags.append(_flag(problem, photo, FlagKind.PLACE, metres=metres))
    return flags


def _minutes(span: timedelta) -> int:
    return int(span.total_seconds() // 60)


def _metres_off(problem: Problem, file: StoredFile) -> int | None:
    """From the problem's position or its point's, whichever is nearer; None where either side is not known."""
    if file.lat is None or file.lon is None:
        return None
    places = [(problem.lat, problem.lon)]
    if problem.point is not None:
        places.append((problem.point.lat, problem.point.lon))
    known = [(lat, lon) for lat, lon in places if lat is not None and lon is not None]
    return min((metres_between(file.lat, file.lon, lat, lon) for lat, lon in known), default=None)


def metres_between(lat: float, lon: float, other_lat: float, other_lon: float) -> int:
    """Whole metres on the ground; right to a part in a thousand within a city."""
    aside = (lon - other_lon + 180) % 360 - 180
    return round(METRES_A_DEGREE * hypot(lat - other_lat, aside * cos(radians((lat + other_lat) / 2))))


def _shown_files() -> QuerySet[Any]:
    return ProblemPhoto.objects.values("file_id")


def _flag(problem: Problem, photo: ProblemPhoto, kind: FlagKind, **evidence: object) -> PhotoFlag:
    return PhotoFlag(problem=problem, photo=photo, round=problem.rework_count, kind=kind, **evidence)
