"""Builds the demonstration city: raw workbooks in, through the same doors as an office's own."""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from wenming.demo import defaults, explained
from wenming.demo.bar import Bar
from wenming.demo.errors import AnotherDemo, NotADemo, YearbookFailed
from wenming.demo.models import DemoMark
from wenming.foundation.audit import services as audit
from wenming.foundation.people import services as people
from wenming.foundation.people.enums import Role
from wenming.foundation.people.models import Grant, Unit, User
from wenming.foundation.places import selectors as places
from wenming.foundation.places import services as place_services
from wenming.foundation.places.models import Point
from wenming.kernel import clock
from wenming.kernel.actors import Actor
from wenming.outputs.exchange import office
from wenming.outputs.exchange.kinds import Source
from wenming.outputs.exchange.results import Result
from wenming.programmes.problems import services as problems
from wenming.programmes.problems.enums import State
from wenming.programmes.problems.models import Problem
from wenming.programmes.standards import services as standards

YEAR: Final = 2024
SCALES: Final = {"small": "0.02", "year": "1.0"}
PASSWORD: Final = "wenming-demo-2024"  # noqa: S105 - printed for whoever tries the demonstration
BY: Final = Actor.importer("demo")
# The yearbook knows one administrator; the other two are kept apart from him.
OTHER_ADMINISTRATORS: Final = (
    ("security01", "沈守正", Role.SECURITY),
    ("audit01", "严明鉴", Role.AUDITOR),
)
YEARBOOK_SECONDS_MAX: Final = 900
LOOK: Final = timedelta(hours=9)

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Plan:
    scale: str
    seed: int
    today: date


def last_look(now: datetime) -> date:
    """The latest day that the yearbook can tell of: it looks at the living cases at nine in the morning, and before
    nine that moment, with what it tells of, is still to come."""
    return clock.local(now - LOOK).date()


def mark() -> DemoMark | None:
    return DemoMark.objects.order_by("pk").first()


def check(plan: Plan) -> bool:
    """Whether the city stands already as planned. Raises NotADemo, AnotherDemo."""
    there = mark()
    if there is None:
        if User.objects.exists() or Unit.objects.exists() or Problem.objects.exists():
            raise NotADemo
        return False
    if (there.scale, there.seed) != (plan.scale, plan.seed):
        raise AnotherDemo(scale=there.scale, seed=there.seed)
    return there.finished_at is not None


def build(plan: Plan, *, say: Say, bar: Bar | None = None) -> None:
    """Builds what is missing; run again after a crash it goes on where it stopped, since every import is repeatable."""
    there = mark() or DemoMark.objects.create(scale=plan.scale, seed=plan.seed, year=YEAR, started_at=clock.now())
    folder = write_yearbook(plan, settings.HOME / "demo" / "yearbook", say=say)
    take_in(folder, say=say, bar=bar)
    explained.ask_about_photos(plan.today)
    audit.seal()
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    there.finished_at = clock.now()
    there.save(update_fields=["finished_at"])


def write_yearbook(plan: Plan, folder: Path, *, say: Say) -> Path:
    """Runs the yearbook as a program of its own: it knows nothing of us. Raises YearbookFailed."""
    say("写年鉴……")
    command = [sys.executable, "-m", "yearbook", "write", "--out", str(folder), "--year", str(YEAR)]
    command += ["--seed", str(plan.seed), "--scale", SCALES[plan.scale], "--today", plan.today.isoformat()]
    done = subprocess.run(  # noqa: S603 - our own interpreter and fixed words
        command, capture_output=True, text=True, timeout=YEARBOOK_SECONDS_MAX, check=False
    )
    if done.returncode != 0:
        raise YearbookFailed(detail=done.stderr.strip()[-300:])
    return folder


def take_in(folder: Path, *, say: Say, bar: Bar | None = None) -> dict[str, Result]:
    """The whole folder, in the order in which things refer to each other. `bar` shows how far the ledgers are."""
    results: dict[str, Result] = {}
    take_places(folder)
    say("区划和边界已导入")
    results["units"] = office.take_units(_source(folder / "units.xlsx"))
    starts_on = date(YEAR - 1, 1, 1)
    standards.load_starter(by=BY, effective_on=starts_on)
    standards.link_leads(by=BY)
    defaults.name_units(effective_on=starts_on, by=BY)
    # The demonstration's accounts share one password, so it is hashed once and set for all in one statement.
    results["people"] = take_people(folder)
    results["points"] = office.take_points(_source(folder / "points.xlsx"))
    say("单位、人员、点位和目录已导入")
    results["problems"] = _take_ledgers(folder / "problems", bar or Bar(lambda _text: None, is_watched=False))
    give_links()
    if (folder / "appeals.xlsx").is_file():
        results["appeals"] = office.take_appeals(_source(folder / "appeals.xlsx"))
    if (folder / "declared.xlsx").is_file():
        results["declared"] = office.take_declared(_source(folder / "declared.xlsx"))
    return results


def _take_ledgers(folder: Path, bar: Bar) -> Result:
    total = Result()
    paths = sorted(folder.glob("*.xlsx"), key=lambda p: p.name)
    bar.begin(paths)
    for path in paths:
        bar.open(path)
        total.add(office.take_problems(Source(path=path, by=BY, progress=bar)))
        bar.close()
    bar.end()
    return total


def take_places(folder: Path) -> None:
    rows = place_services.region_rows((folder / "regions.csv").read_text(encoding="utf-8"))
    place_services.import_regions(rows, edition=YEAR, by=BY)
    place_services.import_boundaries((folder / "boundaries.geojson").read_bytes(), by=BY)


def take_people(folder: Path) -> Result:
    taken = office.take_people(_source(folder / "people.xlsx"), password=PASSWORD)
    office_unit = Unit.objects.get(grants__role=Role.ADMINISTRATOR, grants__user__username="admin")
    with transaction.atomic():
        for username, name, role in OTHER_ADMINISTRATORS:
            if not User.objects.filter(username=username).exists():
                user = people.create_user(username=username, name=name, password=PASSWORD, by=BY)
                people.grant_role(user, role=role, unit=office_unit, by=BY)
    return taken


def give_links() -> None:
    """Open problems that were taken in as dispatched get the link that a dispatch at the desk would have made."""
    waiting = Problem.objects.filter(state__in=[State.DISPATCHED, State.HANDLING], links__isnull=True)
    with transaction.atomic():
        problems.give_links(list(waiting))


def _source(path: Path) -> Source:
    return Source(path=path, by=BY)


def accounts(*, base_url: str) -> list[dict[str, Any]]:
    """One sign-in for each role, with its password; the liaison is one whose unit has something to answer."""
    found: dict[str, dict[str, Any]] = {}
    waiting = Problem.objects.filter(state__in=[State.DISPATCHED, State.HANDLING], lead_id=OuterRef("unit_id"))
    grants = Grant.objects.filter(revoked_at__isnull=True).annotate(is_busy=Exists(waiting))
    for grant in grants.select_related("user", "unit").order_by("-is_busy", "pk"):
        found.setdefault(
            grant.role,
            {
                "role": grant.role,
                "role_name": str(Role(grant.role).label),
                "username": grant.user.username,
                "password": PASSWORD,
                "name": grant.user.name,
                "unit": grant.unit.name,
                "url": f"{base_url}/sign-in/",
            },
        )
    return [found[role.value] for role in Role if role.value in found]


def counts() -> dict[str, int]:
    return {
        "regions": places.regions().count(),
        "units": Unit.objects.count(),
        "people": User.objects.count(),
        "points": Point.objects.count(),
        "problems": Problem.objects.count(),
        "open": Problem.objects.exclude(state__in=[State.CLOSED, State.VOID]).count(),
    }


def example_link(*, base_url: str) -> str | None:
    """One reply link, to be opened as a unit would in WeChat."""
    problem = (
        Problem.objects.filter(state=State.DISPATCHED, links__revoked_at__isnull=True, photos__isnull=False)
        .order_by("-found_at")
        .first()
    )
    link = problem.links.filter(revoked_at__isnull=True).first() if problem else None
    return base_url + problems.reply_url(link) if link else None
