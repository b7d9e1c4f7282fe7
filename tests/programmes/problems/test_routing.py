"""Rules that propose who should answer: what they match, which of them decides, and how they change."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django.fixtures import DjangoAssertNumQueries

from tests.factories import people
from tests.factories.places import MIDDLE, make_city, make_point
from tests.factories.problems import Cast, bring_to, make_problem
from wenming.foundation.people.enums import UnitKind
from wenming.foundation.revisions.errors import RevisionStale
from wenming.kernel import clock
from wenming.kernel.periods import Period
from wenming.programmes.problems import selectors
from wenming.programmes.problems.enums import Action, Channel, Lead
from wenming.programmes.problems.errors import (
    NoDraftRules,
    RuleMissing,
    RuleProposesNothing,
    TooManyRules,
    UnitUnknown,
)
from wenming.programmes.problems.models import Problem, ProblemEvent
from wenming.programmes.problems.routing import state, trying
from wenming.programmes.problems.routing.rules import (
    RULES_MAX,
    Case,
    Matcher,
    Named,
    Rule,
    WordIndex,
    conditions_in_words,
)
from wenming.programmes.problems.routing.suggesting import suggest, with_units
from wenming.programmes.problems.services import routing as services

STREET_TRADE = (Named("E0401", "占道经营"),)
COUNTY = (Named(str(people.COUNTY), "澄溪区"),)


def make_case(**more: Any) -> Case:
    given: dict[str, Any] = {
        "type_code": "E0401",
        "category": "街面秩序",
        "region_codes": frozenset({str(people.COUNTY), str(people.TOWN)}),
        "point_kind": "农贸市场",
        "channel": Channel.HOTLINE.value,
        "text": "门口有人摆摊",
    }
    return Case(**{**given, **more})


def make_rule(key: str = "a", **more: Any) -> Rule:
    return Rule(key=key, **{"side": Lead.TERRITORY, **more})


def holds(rule: Rule, case: Case) -> bool:
    matcher = Matcher(rule)
    return matcher.holds(case, WordIndex(matcher.words).found_in(case.text))


def put(cast: Cast, *rules: Rule) -> None:
    """In force, in this order."""
    for number, rule in enumerate(rules, start=1):
        services.put_rule(rule=rule, position=number, expected=state.routing().draft_number, by=cast.office.actor)
    publish(cast)


def publish(cast: Cast, note: str = "") -> int:
    held = state.routing()
    return services.put_draft_in_force(
        expected_draft=held.draft_number, expected_in_force=held.in_force_number, note=note, by=cast.office.actor
    )


# What a rule matches -------------------------------------------------------

MATCHING: dict[str, Any] = {
    "types": STREET_TRADE,
    "regions": COUNTY,
    "point_kinds": ("农贸市场",),
    "channels": (Channel.HOTLINE,),
    "words": ("摆摊", "出店"),
}
OTHER: dict[str, Any] = {
    "types": (Named("E0101", "暴露垃圾"),),
    "regions": (Named(str(people.OTHER_COUNTY), "别县"),),
    "point_kinds": ("公园",),
    "channels": (Channel.RESIDENT,),
    "words": ("井盖",),
}


@given(st.dictionaries(st.sampled_from(sorted(MATCHING)), st.booleans()))
def test_match_needs_every_condition_that_is_given(chosen: dict[str, bool]) -> None:
    rule = make_rule(**{name: (MATCHING if is_met else OTHER)[name] for name, is_met in chosen.items()})
    assert holds(rule, make_case()) is all(chosen.values())


@pytest.mark.parametrize(
    ("types", "categories"), [((), ("街面秩序",)), (OTHER["types"], ("街面秩序",)), (STREET_TRADE, ("别类",))]
)
def test_match_takes_types_and_categories_as_one_condition(types: Any, categories: Any) -> None:
    assert holds(make_rule(types=types, categories=categories), make_case())


def test_match_of_words_ignores_case() -> None:
    assert holds(make_rule(words=("WIFI",)), make_case(text="路边 wifi 箱坏了"))


@given(st.text("ab "), st.sets(st.text("ab ", min_size=1, max_size=3)))
def test_index_finds_the_words_that_a_text_has(text: str, words: set[str]) -> None:
    assert WordIndex(words).found_in(text) == {word for word in words if word in text}


def test_rule_reads_the_same_from_its_body() -> None:
    rule = make_rule(**MATCHING, categories=("街面秩序",), department_id=7, helper_ids=(8, 9), note="纪要", is_on=False)
    assert state.rules_of({"rules": [rule.as_body()]}) == (rule,)


def test_conditions_in_words() -> None:
    assert conditions_in_words(make_rule(types=STREET_TRADE, regions=COUNTY)) == "类型=占道经营 且 县区=澄溪区"
    assert conditions_in_words(make_rule(words=("摆摊", "出店"))) == "文字有“摆摊”或“出店”"
    assert conditions_in_words(make_rule()) == "任何问题"


# What is proposed ----------------------------------------------------------


@pytest.mark.django_db
def test_suggest_takes_the_first_rule_that_holds_and_says_which() -> None:
    cast = Cast()
    other = people.make_unit(kind=UnitKind.DEPARTMENT, region_code=people.CITY)
    put(
        cast,
        make_rule("off", is_on=False, department_id=other.pk),
        make_rule("elsewhere", regions=OTHER["regions"], department_id=other.pk),
        make_rule("here", regions=COUNTY, department_id=cast.bureau.pk, side=Lead.DEPARTMENT, helper_ids=(other.pk,)),
        make_rule("all", department_id=other.pk, side=Lead.DEPARTMENT),
    )
    problem = make_problem(cast, department_id=None)
    found = suggest([problem])[problem.pk]
    assert (found.lead, found.territory, found.helpers) == (cast.bureau, cast.street, (other,))
    assert (found.department_why, found.territory_why) == ("规则 3：县区=澄溪区", "位置在它的范围内")


@pytest.mark.django_db
def test_suggest_leaves_open_what_the_rule_leaves_open() -> None:
    make_city()
    cast = Cast()
    lat, lon = MIDDLE[people.TOWN]
    put(cast, make_rule(side=Lead.DEPARTMENT))
    point = make_point(region_code=people.TOWN, lat=lat, lon=lon, department_id=cast.bureau.pk)
    problem = make_problem(cast, territory_id=None, department_id=None, region_code=None, point=point)
    found = suggest([problem])[problem.pk]
    assert (found.lead, found.department_why, found.territory) == (cast.bureau, "点位登记的主管单位", cast.street)


@pytest.mark.django_db
def test_suggest_passes_over_a_rule_whose_unit_is_out_of_use() -> None:
    cast = Cast()
    gone = people.make_unit(kind=UnitKind.DEPARTMENT, region_code=people.CITY)
    put(cast, make_rule(department_id=gone.pk, side=Lead.DEPARTMENT))
    gone.is_active = False
    gone.save()
    problem = make_problem(cast)
    found = suggest([problem])[problem.pk]
    assert (found.lead, found.rule_why) == (cast.street, "")


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 3])
def test_suggest_costs_two_statements(count: int, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    cast = Cast()
    put(cast, *(make_rule(str(n), regions=COUNTY, department_id=cast.bureau.pk) for n in range(count)))
    for _ in range(count):
        make_problem(cast)
    problems = list(with_units(Problem.objects.all()))
    suggest(problems)
    with django_assert_num_queries(2):
        suggest(problems)


# How rules change ----------------------------------------------------------


@pytest.mark.django_db
def test_draft_proposes_nothing_before_it_is_in_force() -> None:
    cast = Cast()
    services.put_rule(rule=make_rule(), position=1, expected=0, by=cast.office.actor)
    assert (state.rules_in_force(), state.routing().draft) == ((), (make_rule(),))
    publish(cast)
    assert (state.rules_in_force(), state.routing().draft) == ((make_rule(),), None)


@pytest.mark.django_db
def test_put_rule_changes_the_one_of_its_key_and_moves_it() -> None:
    cast = Cast()
    put(cast, make_rule("a"), make_rule("b"), make_rule("c"))
    held = state.routing()
    changed = make_rule("c", note="改")
    services.put_rule(rule=changed, position=1, expected=held.draft_number, by=cast.office.actor)
    assert state.routing().draft == (changed, make_rule("a"), make_rule("b"))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("key", "places", "order"), [("a", services.UP, "abc"), ("b", services.UP, "bac"), ("b", services.DOWN, "acb")]
)
def test_move_rule(key: str, places: int, order: str) -> None:
    cast = Cast()
    put(cast, *(make_rule(each) for each in "abc"))
    expected = state.routing().draft_number
    services.move_rule(key=key, by_places=places, expected=expected, by=cast.office.actor)
    assert "".join(rule.key for rule in state.routing().shown) == order


@pytest.mark.django_db
def test_change_and_change_back_leaves_no_draft() -> None:
    cast = Cast()
    put(cast, make_rule())
    for _ in range(2):
        services.switch_rule(key="a", expected=state.routing().draft_number, by=cast.office.actor)
    assert state.routing().draft is None


@pytest.mark.django_db
def test_restore_puts_earlier_rules_in_force_and_keeps_the_draft() -> None:
    cast = Cast()
    put(cast, make_rule("a"))
    put(cast, make_rule("b"))
    services.remove_rule(key="a", expected=state.routing().draft_number, by=cast.office.actor)
    assert services.restore_rules(number=1, expected=2, by=cast.office.actor) == 3
    assert (state.rules_in_force(), state.routing().draft) == ((make_rule("a"),), (make_rule("b"),))


@pytest.mark.django_db
def test_change_of_what_a_colleague_changed_is_refused() -> None:
    cast = Cast()
    services.put_rule(rule=make_rule(), position=1, expected=0, by=cast.office.actor)
    with pytest.raises(RevisionStale):
        services.switch_rule(key="a", expected=0, by=cast.office.actor)
    with pytest.raises(RevisionStale):
        services.put_draft_in_force(expected_draft=0, expected_in_force=0, note="", by=cast.office.actor)
    with pytest.raises(RevisionStale):
        services.put_draft_in_force(expected_draft=1, expected_in_force=4, note="", by=cast.office.actor)
    assert state.routing().in_force_number == 0


@pytest.mark.django_db
def test_change_that_cannot_be_meant_is_refused() -> None:
    cast = Cast()
    by = cast.office.actor
    with pytest.raises(RuleProposesNothing):
        services.put_rule(rule=Rule(key="a"), position=1, expected=0, by=by)
    with pytest.raises(UnitUnknown):
        services.put_rule(rule=make_rule(department_id=10**9), position=1, expected=0, by=by)
    with pytest.raises(RuleMissing):
        services.remove_rule(key="a", expected=0, by=by)
    with pytest.raises(NoDraftRules):
        services.give_up_draft(expected=0, by=by)
    with pytest.raises(NoDraftRules):
        publish(cast)


@pytest.mark.django_db
def test_rules_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    cast = Cast()
    monkeypatch.setattr(services, "RULES_MAX", 1)
    services.put_rule(rule=make_rule("a"), position=1, expected=0, by=cast.office.actor)
    with pytest.raises(TooManyRules):
        services.put_rule(rule=make_rule("b"), position=1, expected=1, by=cast.office.actor)
    assert RULES_MAX == 200


@given(before=st.permutations("abcde"), after=st.permutations("abcde"), cut=st.integers(0, 5))
def test_difference_marks_as_few_as_moved(before: list[str], after: list[str], cut: int) -> None:
    """What is not marked stands in the same order before and after; what was removed or added is said."""
    found = state.difference([make_rule(each) for each in before[cut:]], [make_rule(each) for each in after])
    same = [key for key, mark in found.marks.items() if mark == state.SAME]
    assert [key for key in before if key in same] == [key for key in after if key in same]
    assert {key for key, mark in found.marks.items() if mark == state.ADDED} == set(before[:cut])
    assert found.count == 5 - len(same)


def test_difference_names_what_changed_and_what_is_gone() -> None:
    found = state.difference([make_rule("a"), make_rule("b")], [make_rule("b", note="改")])
    assert (found.marks, found.removed, found.count) == ({"b": state.CHANGED}, [make_rule("a")], 2)


# Trying --------------------------------------------------------------------


def lately() -> Period:
    """This month and the one before: what was found five minutes ago may be of either."""
    today = clock.local(clock.now())
    this = Period.parse(f"{today.year}-{today.month:02}")
    return Period(this.previous().start, this.end, "lately")


def tried(cast: Cast, draft: list[Rule], in_force: list[Rule] | None = None) -> trying.Trial:
    rows = selectors.visible_to(cast.office)
    return trying.try_rules(rows, period=lately(), in_force=in_force or [], draft=draft)


@pytest.mark.django_db
def test_try_counts_what_would_have_gone_where_it_went() -> None:
    cast = Cast()
    for _ in range(2):
        bring_to(cast, make_problem(cast, found_at=clock.now()), Action.DISPATCH)
    make_problem(cast, found_at=clock.now(), title="还没有派")
    make_problem(cast, found_at=clock.now() - timedelta(days=70))
    events = ProblemEvent.objects.count()
    to_bureau = make_rule(department_id=cast.bureau.pk, side=Lead.DEPARTMENT)
    found = tried(cast, [to_bureau])
    assert (found.now, found.then, found.waiting) == (trying.Share(2, 2), trying.Share(0, 2), 1)
    assert (found.total, len(found.changed()), len(found.others())) == (3, 3, 2)
    group = trying.groups(found.others(), is_against_now=False)[0]
    assert (group.before_id, group.after_id, group.count) == (cast.street.pk, cast.bureau.pk, 2)
    assert ProblemEvent.objects.count() == events


@pytest.mark.django_db
def test_try_does_not_know_what_was_decided() -> None:
    """The lead that stands on a problem is the answer, not a hint: with no ground and no rule nobody is proposed."""
    cast = Cast()
    bring_to(cast, make_problem(cast, region_code=people.COUNTY), Action.DISPATCH)
    assert tried(cast, []).then == trying.Share(0, 1)


@pytest.mark.django_db
def test_try_stops_at_its_limit_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    cast = Cast()
    for _ in range(3):
        make_problem(cast)
    monkeypatch.setattr(trying, "PROBLEMS_MAX", 2)
    found = tried(cast, [])
    assert (found.total, len(found.tried)) == (3, 2)


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 3])
def test_try_costs_three_statements(count: int, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    cast = Cast()
    for _ in range(count):
        bring_to(cast, make_problem(cast, point=make_point()), Action.DISPATCH)
    rules = [make_rule(str(n), department_id=cast.bureau.pk) for n in range(count)]
    # the problems, the units, their names
    with django_assert_num_queries(3):
        found = tried(cast, rules, rules)
        assert len(trying.page_after(found.tried, None)[0]) == count


@pytest.mark.django_db
def test_try_pages_by_key(monkeypatch: pytest.MonkeyPatch) -> None:
    cast = Cast()
    for _ in range(5):
        make_problem(cast)
    monkeypatch.setattr(trying, "ROWS", 2)
    found, seen, after = tried(cast, []).tried, [], None
    while True:
        rows, after = trying.page_after(found, after)
        seen += list(rows)
        if after is None:
            break
    assert seen == list(found)
    assert trying.page_after(found, 10**9) == ([], None)
