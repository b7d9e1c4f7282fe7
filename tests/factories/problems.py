"""Problems at any stage, made by the real verbs."""

import io
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from PIL import Image

from tests.factories import people
from wenming.foundation.files import services as files
from wenming.foundation.files.models import StoredFile
from wenming.foundation.people.acting import Acting
from wenming.foundation.people.enums import Role, UnitKind
from wenming.foundation.people.models import Unit
from wenming.kernel import clock
from wenming.kernel.actors import SYSTEM
from wenming.kernel.periods import Period
from wenming.programmes.problems import services
from wenming.programmes.problems.enums import Action, Channel, Lead
from wenming.programmes.problems.models import Problem, SiteVisit
from wenming.programmes.problems.services import Ask, ProblemDraft
from wenming.programmes.problems.site_selectors import VISITS_MAX

_numbers = count(1)


class Cast:
    """The people of one county around one problem: inspector, county office, street liaison, city office."""

    def __init__(self, *, county: int = people.COUNTY, town: int = people.TOWN) -> None:
        self.town = town
        self.street: Unit = people.make_unit(kind=UnitKind.STREET, region_code=town)
        self.bureau: Unit = people.make_unit(kind=UnitKind.DEPARTMENT, region_code=people.CITY)
        self.county_office: Unit = people.make_unit(kind=UnitKind.COUNTY_OFFICE, region_code=county)
        self.inspector: Acting = people.make_acting(Role.INSPECTOR)
        self.county: Acting = people.make_acting(Role.COUNTY, unit=self.county_office)
        self.liaison: Acting = people.make_acting(Role.LIAISON, unit=self.street)
        self.office: Acting = people.make_acting(Role.OFFICE)


def make_photo() -> StoredFile:
    """A small picture that no other has."""
    number = next(_numbers)
    buffer = io.BytesIO()
    Image.new("RGB", (64, 48), (number % 256, number // 256 % 256, 90)).save(buffer, "JPEG")
    return files.receive_photo(data=buffer.getvalue(), name=f"p{number}.jpg", by=SYSTEM)


def make_problem(cast: Cast, **more: Any) -> Problem:
    """Filed, with the cast's street and bureau named, at a place given by its region."""
    draft = ProblemDraft(
        **{
            "title": f"垃圾桶满溢 {next(_numbers)}",
            "channel": Channel.INSPECTOR,
            "found_at": clock.now() - timedelta(minutes=5),
            "address": "文昌路口",
            "region_code": cast.town,
            "territory_id": cast.street.pk,
            "department_id": cast.bureau.pk,
            **more,
        }
    )
    return services.file_problems([draft], by=cast.inspector.actor)[0]


def ask(problem: Problem, action: Action, **more: Any) -> Ask:
    return Ask(problem=problem.public_id, action=action, **more)


STAGES = (Action.DISPATCH, Action.SIGN, Action.REPORT_BACK, Action.PASS_REVIEW, Action.CLOSE)


def bring_to(cast: Cast, problem: Problem, last: Action, *, at: datetime | None = None) -> Problem:
    """Carries the problem along the straight way up to and including `last`."""
    for action in STAGES[: STAGES.index(last) + 1]:
        more: dict[str, Any] = {}
        if action == Action.DISPATCH:
            more = {"lead_side": Lead.TERRITORY}
        if action == Action.REPORT_BACK:
            more = {"photos": (make_photo(),), "note": "已清理。"}
        by = cast.liaison if action in (Action.SIGN, Action.REPORT_BACK) else cast.county
        problem = services.perform_one(by, ask(problem, action, **more), at=at)
    return problem


def make_visit(cast: Cast, **more: Any) -> SiteVisit:
    """One closed problem, drawn and waiting for the cast's inspector."""
    problem = bring_to(cast, make_problem(cast, **more), Action.CLOSE)
    year = Period.parse(str(clock.local(clock.now()).year))
    draw = services.announce_draw(cast.office, period=year, county_code=None, size=VISITS_MAX)
    services.draw_sample(cast.office, draw, inspector_ids=[cast.inspector.user_id])
    return draw.visits.select_related("draw").get(problem=problem)
