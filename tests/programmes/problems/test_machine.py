"""The loop of problems against a plain model: any order of acts, by those who may and by those who may not."""

import os
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from tests.factories import people
from tests.factories.problems import Cast, ask, make_photo, make_problem
from tests.programmes.problems.plain import (
    BY_HANDLER,
    BY_UNIT,
    CURRENT_US,
    LEADS_ON,
    MONTH,
    PENDING_FOR,
    TABLE,
    UNFINISHED,
    WHO,
    Plain,
)
from wenming.engines.metrics import selectors as metrics
from wenming.foundation.files.models import StoredFile
from wenming.foundation.people.acting import Acting
from wenming.foundation.people.enums import Role
from wenming.kernel import clock
from wenming.kernel.errors import DomainError
from wenming.programmes.problems import services
from wenming.programmes.problems.enums import Action, Channel, Lead, SiteResult
from wenming.programmes.problems.errors import NothingToDraw
from wenming.programmes.problems.models import Problem, ProblemFact, ReplyLink, SiteDraw
from wenming.programmes.problems.services import links
from wenming.programmes.problems.services.facts import fact_of
from wenming.programmes.problems.services.machine import LOOP

pytestmark = pytest.mark.django_db

EXAMPLES = int(os.environ.get("WENMING_MACHINE_EXAMPLES", "30"))
STEPS = int(os.environ.get("WENMING_MACHINE_STEPS", "15"))
START = datetime(2026, 11, 10, 2, 0, tzinfo=UTC)


SELDOM = st.sampled_from([False] * 9 + [True])
MOSTLY = st.sampled_from([True] * 9 + [False])
ACTS = st.fixed_dictionaries(
    {
        "action": st.sampled_from(sorted(TABLE)),
        "choice": st.integers(0, 59),
        "is_any_action": SELDOM,
        "who": st.sampled_from(WHO),
        "is_any_who": SELDOM,
        "has_reason": MOSTLY,
        "has_photo": MOSTLY,
        "has_note": MOSTLY,
        "value": st.sampled_from([1, 2, 5, 1, 2, 5, 1, None]),
        "to": st.sampled_from(["street", "street", "bureau", "county_office"]),
        "is_stale": SELDOM,
        "minutes": st.integers(0, 240),
    }
)


class ProblemMachine(RuleBasedStateMachine):
    @initialize()
    def file(self) -> None:
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        self.now = START
        with clock.set_to(self.now):
            self.cast = Cast()
            self.people: dict[str, Acting] = {
                "county": self.cast.county,
                "office": self.cast.office,
                "street": self.cast.liaison,
                "bureau": people.make_acting(Role.LIAISON, unit=self.cast.bureau),
                "stranger": people.make_acting(Role.COUNTY, region_code=people.OTHER_COUNTY),
                "inspector": self.cast.inspector,
                "leader": people.make_acting(Role.LEADER),
            }
            self.photo: StoredFile = make_photo()
            # One for each problem: a photo of another problem is asked about.
            self.afters: list[StoredFile] = [make_photo(), make_photo()]
            told = make_problem(self.cast, channel=Channel.RESIDENT, needs_triage=True)
            filed = make_problem(self.cast)
        self.items = [Plain(told.pk, "reported", ["report"]), Plain(filed.pk, "filed", ["file"])]

    def teardown(self) -> None:
        if hasattr(self, "savepoint"):
            transaction.set_rollback(True)
            self.savepoint.__exit__(None, None, None)

    @rule(place=st.integers(0, 1), given=ACTS)
    def one(self, place: int, given: dict[str, Any]) -> None:
        self.act([(place, given)])

    @rule(first=ACTS, second=ACTS)
    def both_at_once(self, first: dict[str, Any], second: dict[str, Any]) -> None:
        """One person acts on two problems: what refuses one does not stop the other."""
        self.act([(0, first), (1, {**second, "who": first["who"], "is_any_who": first["is_any_who"]})])

    @rule(results=st.lists(st.sampled_from(SiteResult), min_size=2, max_size=2), sends_back=st.booleans())
    def sample(self, results: list[SiteResult], sends_back: bool) -> None:
        """All that can be drawn is visited; where one failed, its unit's batch may go back."""
        self.now += timedelta(minutes=1)
        drawn = [item for item in self.items if item.can_be_drawn]
        office = self.people["office"]
        with clock.set_to(self.now):
            if not drawn:
                with pytest.raises(NothingToDraw):
                    services.announce_draw(office, period=MONTH, county_code=None, size=2)
                return
            draw = services.announce_draw(office, period=MONTH, county_code=None, size=2)
            visits = {visit.problem_id: visit for visit in services.draw_sample(office, draw)}
            assert sorted(visits) == [item.pk for item in drawn]
            for item, result in zip(drawn, results, strict=False):
                report = services.VisitReport(
                    visit_id=visits[item.pk].pk, result=result, photos=(self.photo,), note="看过"
                )
                services.record_visits(self.cast.inspector, [report])[0].result()
                item.visit(result)
            if sends_back:
                self.send_back(draw, drawn)

    def send_back(self, draw: SiteDraw, drawn: list[Plain]) -> None:
        for unit in {item.lead for item in drawn if item.site == "failed"}:
            assert unit is not None
            batch = [item for item in drawn if item.lead == unit and item.site == "failed"]
            services.return_batch(self.people["office"], draw, unit, reason="不合格", seen_count=len(batch))
            for item in batch:
                item.send_back()

    def act(self, acts: list[tuple[int, dict[str, Any]]]) -> None:
        self.now += timedelta(minutes=acts[0][1]["minutes"])
        with clock.set_to(self.now):
            for place, given in acts:
                given["action"] = self.fitting(self.items[place], given)
                given["reason"] = "有原因" if given["has_reason"] else ""
                given["photos"] = (self.afters[place],) if given["has_photo"] else ()
                given["note"] = "已清理" if given["has_note"] else " "
                given["to_name"], given["to"] = given["to"], getattr(self.cast, given["to"]).pk
                given["other"] = self.items[1 - place]
                given["is_late"] = self.is_late(self.items[place])
            for place, given in acts:
                given["other_leaves"] = any(p != place and g["action"] == "merge" for p, g in acts)
            who = self.who(self.items[acts[0][0]], acts[0][1])
            if who == "link":
                self.by_link(self.items[acts[0][0]], acts[0][1])
            else:
                self.by_person(who, acts)

    def is_late(self, item: Plain) -> bool:
        """By the deadline on record: when that moves is what `test_suspending` says."""
        stored = Problem.objects.get(pk=item.pk)
        if stored.handle_due_at is None:
            return False
        answered_at = None if item.state in UNFINISHED else stored.reported_at
        return (answered_at or stored.suspended_at or self.now) > stored.handle_due_at

    def fitting(self, item: Plain, given: dict[str, Any]) -> str:
        """Mostly an act that the state allows, and of these mostly one that leads on, so that a run gets somewhere."""
        if given["is_any_action"]:
            return str(given["action"])
        ends = ("void", "close_unfixed", "redispatch", "remind", "unlink")
        names = [name for name in sorted(TABLE) if item.state in TABLE[name][0] and name not in ends]
        if item.pending:
            names = [name for name in names if PENDING_FOR.get(name) == item.pending] * 3 + ["redispatch", "remind"]
        else:
            names = [name for name in names if name not in PENDING_FOR]
            names += [*LEADS_ON.get(item.state, ()), "remind"]
        return names[given["choice"] % len(names)]

    def who(self, item: Plain, given: dict[str, Any]) -> str:
        """Mostly somebody whose turn it is."""
        who = str(given["who"])
        if not given["is_any_who"]:
            is_handlers = given["action"] in BY_UNIT
            if is_handlers and who in ("county", "office", "inspector", "leader"):
                who = "link"
            if not is_handlers and who in ("lead", "link", "street", "bureau"):
                who = "county"
        if who == "lead":
            who = "bureau" if item.lead == self.cast.bureau.pk else "street"
        return who

    def by_person(self, who: str, acts: list[tuple[int, dict[str, Any]]]) -> None:
        acting = self.people[who]
        asks, expected = [], []
        for place, given in acts:
            item, action = self.items[place], given["action"]
            stored = Problem.objects.get(pk=item.pk)
            asks.append(self.ask_of(stored, given))
            expected.append(
                {"problems.not_found"}
                if who == "stranger"
                else item.refusals(action, given, unit=acting.unit_id, may=self.may(who, item, action))
            )
        outcomes = services.perform(acting, asks)
        for (place, given), outcome, codes in zip(acts, outcomes, expected, strict=True):
            if outcome.error is None:
                assert codes == set()
                self.items[place].carry_out(given["action"], given, unit=acting.unit_id)
            else:
                assert outcome.error.code in codes

    def may(self, who: str, item: Plain, action: str) -> bool:
        if action == "self_handle":
            return who in ("county", "office", "inspector")
        if action in BY_UNIT:
            return who in ("street", "bureau") and self.people[who].unit_id == item.lead
        return who in ("county", "office")

    def ask_of(self, stored: Problem, given: dict[str, Any]) -> services.Ask:
        action = Action(given["action"])
        more: dict[str, Any] = {}
        if action in (Action.DISPATCH, Action.REDISPATCH):
            side = Lead.DEPARTMENT if given["to_name"] == "bureau" else Lead.TERRITORY
            more = {"lead_side": side, f"{side.value}_id": given["to"]}
        if action == Action.MERGE:
            more = {"into_id": given["other"].pk}
        if action in (Action.REPORT_BACK, Action.SELF_HANDLE):
            more = {"photos": given["photos"], "note": given["note"]}
        return ask(
            stored,
            action,
            reason=given["reason"],
            extension_value=given["value"],
            expected_version=stored.version + 1 if given["is_stale"] else None,
            **more,
        )

    def by_link(self, item: Plain, given: dict[str, Any]) -> None:
        """Whoever holds the newest link; it signs by itself where an answer needs that first."""
        given["is_stale"] = False
        link = ReplyLink.objects.filter(problem_id=item.pk).order_by("-pk").first()
        if link is None:
            assert item.links_given == 0
            return
        action = given["action"] if given["action"] in BY_HANDLER else "report_back"
        trial = Plain(item.pk, item.state, [], pending=item.pending, lead=item.lead)
        signs = item.state == "dispatched" and action in ("report_back", "ask_extension")
        trial.state = "handling" if signs else item.state
        expected = trial.refusals(action, given, unit=link.unit_id, may=True)
        if not item.has_link:
            expected = {"problems.link_expired"}
        refused = self.answer(link, action, given)
        assert refused in (expected or {""}), (item, action, link.unit_id)
        if refused:
            return
        if signs:
            item.carry_out("sign", given, unit=link.unit_id)
        item.carry_out(action, given, unit=link.unit_id)

    def answer(self, link: ReplyLink, action: str, given: dict[str, Any]) -> str:
        """The code of what refused it, or nothing."""
        try:
            opened = services.open_link(links.token_of(link))
            if action == "report_back":
                services.answer_by_link(opened, photos=given["photos"], note=given["note"])
            else:
                services.ask_by_link(
                    opened, action=Action(action), reason=given["reason"], extension_value=given["value"]
                )
        except DomainError as error:
            return error.code
        return ""

    @invariant()
    def problems_stand_where_the_model_says(self) -> None:
        for item in getattr(self, "items", []):
            stored = Problem.objects.get(pk=item.pk)
            assert (stored.state, stored.lead_id, stored.pending_request) == (item.state, item.lead, item.pending)
            assert (stored.rework_count, stored.extension_count) == (item.reworks, item.extensions)
            assert stored.suspension_count == item.suspensions
            assert stored.duplicate_of_id == (item.into.pk if item.into else None)
            asked, granted = stored.exemption_asked_at is not None, stored.exempted_at is not None
            assert (asked, granted) == (item.asks_exemption, item.is_exempted)
            assert (stored.self_handled_at is not None) == item.is_self_handled
            assert (stored.version, stored.seq) == (len(item.actions), len(item.actions))
            assert list(stored.events.order_by("seq").values_list("action", flat=True)) == item.actions
            given = stored.links.filter(revoked_at__isnull=True).values_list("unit_id", flat=True)
            assert list(given) == ([item.lead] if item.has_link else [])
            assert set(stored.photos.filter(moment="after").values_list("file_id", flat=True)) == set(item.afters)

    @invariant()
    def a_deadline_runs_only_while_somebody_handles(self) -> None:
        for item in getattr(self, "items", []):
            stored = Problem.objects.get(pk=item.pk)
            open_stages = set(stored.clocks.filter(stopped_at__isnull=True).values_list("stage", flat=True))
            assert open_stages == {
                "reported": {"dispatch"},
                "filed": {"dispatch"},
                "dispatched": {"handle"},
                "handling": {"handle"},
                "suspended": {"handle"},
                "reported_back": {"review"},
                "reviewed": {"close"},
            }.get(item.state, set())
            assert (stored.handle_due_at is None) == (item.lead is None)

    @invariant()
    def facts_are_the_problems(self) -> None:
        own = ("id", "valid_from_us", "valid_to_us")
        for item in getattr(self, "items", []):
            current = ProblemFact.objects.get(problem_id=item.pk, valid_to_us=CURRENT_US)
            expected = fact_of(Problem.objects.get(pk=item.pk))
            names = [column.attname for column in ProblemFact._meta.concrete_fields if column.attname not in own]
            assert {name: getattr(current, name) for name in names} == {n: getattr(expected, n) for n in names}
            rows = list(ProblemFact.objects.filter(problem_id=item.pk).order_by("valid_from_us"))
            assert [row.valid_to_us for row in rows[:-1]] == [row.valid_from_us for row in rows[1:]]

    @invariant()
    def figures_are_what_the_model_counts(self) -> None:
        if not hasattr(self, "items"):
            return
        found = [item for item in self.items if item.state not in ("void", "merged")]
        rate = metrics.evaluate("problems.rectification_rate", period=MONTH)
        assert (rate.numerator, rate.denominator) == (sum(item.is_passed for item in found), len(found))
        assert metrics.evaluate("problems.found", period=MONTH).numerator == len(found)

    @invariant()
    def chains_hold(self) -> None:
        assert LOOP.verify([item.pk for item in getattr(self, "items", [])]) == []


def test_perform_as_the_plain_model_does() -> None:
    run_state_machine_as_test(
        ProblemMachine,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
