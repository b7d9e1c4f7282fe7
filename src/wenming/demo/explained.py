"""A few answers whose photos are asked about, at each stage of being explained, made by the verbs that everybody uses."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import Final

from django.db import transaction
from django.db.models import QuerySet
from PIL import Image

from wenming.foundation.files import selectors as stored
from wenming.foundation.files import services as files
from wenming.foundation.files.models import StoredFile
from wenming.foundation.people import selectors as people
from wenming.foundation.people.acting import Acting
from wenming.foundation.people.enums import Role
from wenming.foundation.people.models import Grant
from wenming.kernel import clock
from wenming.programmes.problems import services as problems
from wenming.programmes.problems.enums import Action, PhotoMoment, State, Verdict
from wenming.programmes.problems.models import Problem, ProblemPhoto

ANSWERED_AFTER: Final = timedelta(minutes=40)
CROPPED_SHARE: Final = 0.05
CANDIDATES_MAX: Final = 100
JPEG_QUALITY: Final = 80
NOTE: Final = "已清理，现场恢复整洁。"
TOLD: Final = "手机里选错了，传成了整改前的那张，正在补拍。"
REASON: Final = "单位从相册里选错了旧照片；县里当天到现场看过，确已整改。"


@dataclass(frozen=True, slots=True)
class Case:
    """A problem in the hands of its unit, who answers for it, who reviews it first and who looks again."""

    problem: Problem
    liaison: Acting
    county: Acting
    office: Acting


def ask_about_photos(today: date) -> int:
    """Four of the open problems, one at each stage; answers how many there were to take. All or none, and once."""
    with transaction.atomic():
        problems.compare_waiting()
        if Problem.objects.filter(photo_flags__isnull=False).exists():
            return 0
        earlier = list(
            ProblemPhoto.objects.filter(moment=PhotoMoment.AFTER)
            .select_related("file")
            .order_by("problem__code", "pk")[: len(STAGES)]
        )
        cases = _cases(today)[: min(len(STAGES), len(earlier))]
        for stage, case, photo in zip(STAGES, cases, earlier, strict=False):
            stage(case, photo.file)
        return len(cases)


def _unexplained(case: Case, earlier: StoredFile) -> None:
    """Cut from another problem's photo; nobody has said anything yet."""
    _answer(case, _cropped(earlier))


def _told(case: Case, _earlier: StoredFile) -> None:
    """The very photo from before the work; the unit has explained, and the county has not written yet."""
    before = case.problem.photos.filter(moment=PhotoMoment.BEFORE).select_related("file").order_by("pk")[0]
    problems.explain(case.liaison, _answer(case, stored.open_received(before.file)), flag_ids=_flags(case), text=TOLD)


def _written(case: Case, earlier: StoredFile) -> None:
    """Another problem's original, with its time and place; the county has written why, the city has not looked."""
    problem = _answer(case, stored.open_received(earlier))
    problems.give_reason(case.county, problem, flag_ids=_flags(case), text=REASON)


def _settled(case: Case, earlier: StoredFile) -> None:
    problem = _answer(case, stored.open_published(earlier))
    problems.give_reason(case.county, problem, flag_ids=_flags(case), text=REASON)
    problems.look_again(case.office, problem, flag_ids=_flags(case), verdict=Verdict.ACCEPTED)


STAGES: Final[tuple[Callable[[Case, StoredFile], None], ...]] = (_unexplained, _told, _written, _settled)


def _cases(today: date) -> list[Case]:
    """What units handled before `today` began, so that they have answered by now whatever the hour."""
    until = datetime.combine(today, time(), tzinfo=clock.SHANGHAI) - ANSWERED_AFTER
    open_rows = Problem.objects.filter(
        state=State.HANDLING, lead__isnull=False, pending_request="", last_happened_at__lt=until
    )
    with_photo = open_rows.select_related("lead").filter(photos__moment=PhotoMoment.BEFORE).distinct().order_by("-code")
    office = _acting(Grant.objects.filter(role=Role.OFFICE))
    found = []
    for problem in with_photo[:CANDIDATES_MAX]:
        liaison = _acting(Grant.objects.filter(role=Role.LIAISON, unit=problem.lead))
        county = _acting(Grant.objects.filter(role=Role.COUNTY, unit__region_code=problem.county_code))
        if office and liaison and county and liaison.scope.covers(problem) and county.scope.covers(problem):
            found.append(Case(problem, liaison, county, office))
        if len(found) == len(STAGES):
            break
    return found


def _acting(grants: QuerySet[Grant]) -> Acting | None:
    grant = grants.filter(revoked_at__isnull=True).order_by("pk").first()
    return people.acting_of(grant.user_id, grant.pk) if grant is not None else None


def _answer(case: Case, data: bytes) -> Problem:
    photo = files.receive_photo(data=data, name="IMG_0412.jpg", by=case.liaison.actor)
    at = case.problem.last_happened_at
    assert at is not None
    given = problems.Ask(problem=case.problem.public_id, action=Action.REPORT_BACK, photos=(photo,), note=NOTE)
    return problems.perform_one(case.liaison, given, at=at + ANSWERED_AFTER)


def _flags(case: Case) -> list[int]:
    return list(case.problem.photo_flags.order_by("pk").values_list("pk", flat=True))


def _cropped(file: StoredFile) -> bytes:
    """As a messenger hands it on: without time, place and edges."""
    with Image.open(BytesIO(stored.open_published(file))) as image:
        aside, above = int(image.width * CROPPED_SHARE), int(image.height * CROPPED_SHARE)
        kept = image.crop((aside, above, image.width - aside, image.height - above))
    out = BytesIO()
    kept.save(out, "JPEG", quality=JPEG_QUALITY)
    return out.getvalue()
