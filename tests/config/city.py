"""One of everything in one county, each named so that a page from which it must be absent can be searched for it."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.urls import URLPattern, URLResolver, get_resolver

from tests.factories import (
    appeals,
    dossiers,
    exchange,
    jobs,
    metrics,
    papers,
    people,
    places,
    problems,
    reports,
    standards,
)
from tests.factories.problems import Cast
from wenming.foundation.people.acting import Acting
from wenming.foundation.people.enums import Role, UnitKind
from wenming.foundation.places.models import Point
from wenming.outputs.reports.models import Edition
from wenming.programmes.problems.enums import Action
from wenming.programmes.problems.models import Problem, SiteVisit
from wenming.programmes.problems.services.links import reply_link, token_of

MARK = "鹤鸣桥头"
"""In the title, the name or the address of each thing of the county."""
PAPER_DOORS = ("detail", "texts", "sign", "withdraw", "acknowledge", "docx", "pdf")
UNIT_DOORS = ("unit", "close_unit", "reopen_unit", "merge_unit")
MERGER_DOORS = ("merger", "undo_merger", "move_grants")
HOOK_DOORS = ("hook", "pause_hook", "resume_hook", "remove_hook")
LINK_DOORS = ("reply", "answer", "sign", "extension", "handback", "exemption", "explain", "residents", "map", "pin")
PERSON_DOORS = ("person", "grant", "deactivate", "activate", "unlock", "end_sessions", "reset", "reset_factor")


@dataclass(frozen=True, slots=True)
class City:
    problem: Problem
    point: Point
    token: str
    photo: UUID
    document: UUID
    declaration: UUID
    job: UUID
    paper: UUID
    standard: int
    catalogue: int
    criterion: int
    edition: Edition
    visit: SiteVisit
    appeal: UUID
    dossier: UUID
    meeting: UUID
    key: UUID
    hook: UUID
    person: int
    grant: int
    unit: int
    merger: int

    def arguments(self) -> dict[str, dict[str, Any]]:
        """For each door that takes arguments: those that lead to the county's own things."""
        point, problem = {"public_id": self.point.public_id}, {"public_id": self.problem.public_id}
        cell = {"point_id": self.point.public_id, "criterion_id": self.criterion}
        job, paper = {"public_id": self.job}, {"public_id": self.paper}
        declared, link = {"public_id": self.declaration}, {"token": self.token}
        return {
            "files:published": {"public_id": self.photo},
            "files:document": {"public_id": self.document},
            **{f"jobs:{door}": job for door in ("detail", "progress", "cancel", "file")},
            **{f"places:{door}": {"code": people.COUNTY} for door in ("region", "add_region", "restore_region")},
            "places:change": point,
            "places:restore": point,
            **{f"people:{door}": {"pk": self.person} for door in PERSON_DOORS},
            **{f"people:{door}": {"pk": self.grant} for door in ("confirm_grant", "revoke_grant")},
            **{f"people:{door}": {"pk": self.unit} for door in UNIT_DOORS},
            **{f"people:{door}": {"pk": self.merger} for door in MERGER_DOORS},
            **{f"loop:{door}": {"name": "problems"} for door in ("flow", "words", "restore_words")},
            "metrics:figure": {"key": "problems.found"},
            **{f"metrics:{door}": declared for door in ("declaration", "confirm", "withdraw")},
            "standards:assign": cell,
            "standards:withdraw": cell,
            "standards:standard_diff": {"pk": self.standard},
            "standards:catalogue_diff": {"pk": self.catalogue},
            "standards:publish_standard": {"pk": self.standard},
            "standards:publish_catalogue": {"pk": self.catalogue},
            **{f"standards:{door}_catalogue": {"pk": self.catalogue} for door in ("restore", "discard")},
            **{f"standards:{door}": {"code": "E0110"} for door in ("type", "retire_type", "bring_back_type")},
            "appeals:detail": {"public_id": self.appeal},
            **{f"dossiers:{door}": {"public_id": self.dossier} for door in ("detail", "act")},
            "appeals:act": {"public_id": self.appeal},
            **{f"appeals:{door}": {"public_id": self.meeting} for door in ("meeting", "meeting_rows", "attendance")},
            **{f"problems:{door}": problem for door in ("detail", "act", "link", "answer_flags")},
            "problems:point": point,
            "problems:draw": {"public_id": self.visit.draw.public_id},
            "problems:draw_sample": {"public_id": self.visit.draw.public_id},
            "problems:return_batch": {"public_id": self.visit.draw.public_id, "unit_id": self.visit.unit_id},
            "problems:visit": {"pk": self.visit.pk},
            "exchange:revoke": {"public_id": self.key},
            **{f"exchange:{door}": {"public_id": self.hook} for door in HOOK_DOORS},
            "exchange:send_again": {"public_id": self.hook, "event_id": 1},
            "exchange:arrange": {"public_id": self.document},
            **{f"exchange:{door}": job for door in ("run", "take")},
            "residents:shown": problem,
            **{f"problems:{door}": problem for door in ("publish", "withdraw")},
            **{f"residents:{door}": {"code": self.problem.tracking_code} for door in ("progress", "solved")},
            **{f"links:{door}": link for door in LINK_DOORS},
            **{f"papers:{door}": paper for door in PAPER_DOORS},
            "people:remove_group": {"pk": 0},
            "standings:new": {"along": "unit"},
            "standings:edit": {"key": "area"},
            "papers:add_template": {"kind": "order"},
            "papers:try_version": {"kind": "order"},
            "papers:tried": job,
            "papers:tried_file": job,
            "papers:restore_template": {"kind": "order", "version": 0},
            "papers:template_file": {"kind": "order", "version": 0},
            "reports:report": {"period": "2026"},
            "reports:panel": {"period": "2026", "key": "problems.found"},
            "reports:export": {"period": "2026"},
            "reports:sign": {"issue_id": self.edition.issue_id},
            "reports:issue_pdf": {"issue_id": self.edition.issue_id},
            "reports:edition": {"public_id": self.edition.public_id},
            "reports:edition_file": {"public_id": self.edition.public_id},
            "reports:edition_prov": {"public_id": self.edition.public_id},
        }

    def payloads(self) -> dict[str, dict[str, Any]]:
        """For doors without arguments that are told in the form what to work on."""
        return {
            "problems:bulk": {"problem": [str(self.problem.public_id)], "action": "remind", "step": "do", "note": "催"},
            "problems:export": {"reason": "核对", "format": "xlsx"},
            "places:bulk": {"point": [str(self.point.public_id)], "state": "retire", "save": "1"},
            "places:undo_bulk": {"made": [f"{self.point.public_id}:1"]},
            "places:register": {"name": MARK, "region": str(people.TOWN)},
        }


def make_city() -> City:
    places.make_city()
    cast = Cast()
    problem = problems.make_problem(cast, title=f"{MARK}垃圾满溢", address=MARK)
    problem = problems.bring_to(cast, problem, Action.REPORT_BACK)
    visit = problems.make_visit(cast, title=f"{MARK}积水", address=MARK)
    listeners = appeals.Cast()
    meeting = appeals.make_meeting(cast.county, listeners.street, topic=f"{MARK}意见会")
    standard, catalogue = standards.make_draft(), standards.make_catalogue_draft()
    return City(
        problem=problem,
        point=places.make_point(name=f"{MARK}路口", region_code=people.TOWN),
        token=token_of(reply_link(cast.county, problem)),
        photo=problem.photos.get().file.public_id,
        document=metrics.make_document().public_id,
        declaration=metrics.make_declared(by=cast.office.actor).public_id,
        paper=papers.make_order(cast, problem, title=MARK).public_id,
        job=jobs.make_job(by=cast.county.actor, title=MARK).public_id,
        standard=standard.pk,
        catalogue=catalogue.pk,
        person=cast.county.user_id,
        grant=cast.county.grant_id,
        unit=cast.county.unit_id,
        merger=people.make_merger().pk,
        criterion=standard.criteria.order_by("pk").values_list("pk", flat=True)[0],
        visit=visit,
        appeal=appeals.make_appeal(listeners, text=f"{MARK}路灯不亮").public_id,
        meeting=meeting.public_id,
        dossier=dossiers.make_dossier(dossiers.House()).public_id,
        edition=reports.make_edition(period="2026"),
        key=exchange.make_key(cast.county)[0].public_id,
        hook=exchange.make_hook(cast.county, name=MARK)[0].public_id,
    )


_KINDS = {Role.COUNTY: UnitKind.COUNTY_OFFICE, Role.LIAISON: UnitKind.STREET, Role.INSPECTOR: UnitKind.COMPANY}


def make_stranger(role: Role) -> Acting:
    """The role held over the other county alone; a liaison's over a town of it."""
    code = people.OTHER_TOWN if role is Role.LIAISON else people.OTHER_COUNTY
    unit = people.make_unit(kind=_KINDS.get(role, UnitKind.OFFICE), region_code=code)
    return people.make_acting(role, unit=unit, region_code=code)


@dataclass(frozen=True, slots=True)
class Door:
    name: str
    arguments: tuple[str, ...]
    view: Any


def doors() -> list[Door]:
    """Every door of the installation, by its name; the operations of the API have a table of their own."""
    found = [door for door in _walk(get_resolver(), ()) if not door.name.startswith("api:")]
    return sorted(found, key=lambda door: door.name)


def _walk(resolver: URLResolver, namespaces: tuple[str, ...]) -> list[Door]:
    found = []
    for part in resolver.url_patterns:
        if isinstance(part, URLResolver):
            inner = (*namespaces, part.namespace) if part.namespace else namespaces
            found += _walk(part, inner)
        elif isinstance(part, URLPattern):
            name = ":".join((*namespaces, part.name or str(part.pattern)))
            found.append(Door(name, tuple(part.pattern.converters), part.callback))
    return found
