"""Two reports of one fault become one and can be parted again; one report of two faults becomes two."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.factories import people, places, standards
from tests.factories.problems import Cast, ask, bring_to, make_photo, make_problem
from tests.programmes.problems.desk import as_, url_of
from wenming.engines.loop.errors import ReasonMissing
from wenming.engines.metrics import selectors as metrics
from wenming.kernel.periods import Period
from wenming.programmes.problems import errors, services
from wenming.programmes.problems.enums import Action, State
from wenming.programmes.problems.models import Problem, ReplyLink
from wenming.programmes.problems.services.machine import LOOP

pytestmark = pytest.mark.django_db


def merge(cast: Cast, problem: Problem, into: Problem) -> Problem:
    return services.perform_one(cast.county, ask(problem, Action.MERGE, into_id=into.pk))


def found() -> int:
    return metrics.evaluate("problems.found", period=Period.parse("2020..2030")).numerator


def test_merge_counts_once_and_can_be_undone() -> None:
    cast = Cast()
    kept, copy = make_problem(cast), bring_to(cast, make_problem(cast), Action.SIGN)
    assert found() == 2
    copy = merge(cast, copy, kept)
    assert (copy.state, copy.duplicate_of_id, found()) == (State.MERGED, kept.pk, 1)
    assert not ReplyLink.objects.filter(problem=copy, revoked_at__isnull=True).exists()
    copy = services.perform_one(cast.county, ask(copy, Action.UNMERGE, reason="不是同一处"))
    assert (copy.state, copy.duplicate_of_id, copy.lead_id, found()) == (State.FILED, None, None, 2)
    assert bring_to(cast, copy, Action.CLOSE).state == State.CLOSED
    assert LOOP.verify([copy.pk, kept.pk]) == []


def test_merge_into_what_is_none() -> None:
    cast = Cast()
    kept, copy = make_problem(cast), make_problem(cast)
    void = services.perform_one(cast.county, ask(make_problem(cast), Action.VOID, reason="误报"))
    far = make_problem(
        Cast(county=people.OTHER_COUNTY, town=people.OTHER_COUNTY + 2_000), region_code=people.OTHER_COUNTY
    )
    for into in (copy, void, far):
        with pytest.raises(errors.NothingToMergeInto):
            merge(cast, copy, into)
    with pytest.raises(errors.NothingToMergeInto):
        services.perform_one(cast.county, ask(copy, Action.MERGE))
    merge(cast, copy, kept)
    with pytest.raises(errors.NothingToMergeInto):
        merge(cast, make_problem(cast), copy)


def test_merge_and_void_leave_nothing_hanging_on_what_is_gone() -> None:
    cast = Cast()
    kept, copy, third = make_problem(cast), make_problem(cast), make_problem(cast)
    merge(cast, copy, kept)
    with pytest.raises(errors.HasMerged):
        merge(cast, kept, third)
    with pytest.raises(errors.HasMerged):
        services.perform_one(cast.county, ask(kept, Action.VOID, reason="误报"))


def test_merge_into_each_other_at_once() -> None:
    cast = Cast()
    one, two = make_problem(cast), make_problem(cast)
    asks = [ask(one, Action.MERGE, into_id=two.pk), ask(two, Action.MERGE, into_id=one.pk)]
    outcomes = services.perform(cast.county, asks)
    assert [type(outcome.error) for outcome in outcomes] == [errors.NothingToMergeInto] * 2
    assert found() == 2


def test_split_files_a_part_with_place_and_photos() -> None:
    places.make_city()
    kind = standards.make_catalogue().types.order_by("pk")[0]
    cast = Cast()
    photo = make_photo()
    whole = make_problem(cast, photos=(photo,), point=places.make_point())
    asked = ask(whole, Action.SPLIT, part_title="路灯不亮", part_type=kind, reason="两家单位的事", key="k1")
    services.perform_one(cast.county, asked)
    services.perform_one(cast.county, asked)
    part = Problem.objects.get(split_from=whole)
    assert (part.title, part.type_code, part.state, part.point_id) == (
        "路灯不亮",
        kind.code,
        State.FILED,
        whole.point_id,
    )
    assert (part.lat, part.lon, part.county_code, part.found_at) == (
        whole.lat,
        whole.lon,
        whole.county_code,
        whole.found_at,
    )
    assert [each.file_id for each in part.photos.all()] == [photo.pk]
    assert found() == 2
    assert LOOP.verify([whole.pk, part.pk]) == []


def test_split_without_a_title_or_a_reason() -> None:
    cast = Cast()
    whole = make_problem(cast)
    with pytest.raises(errors.TextMissing):
        services.perform_one(cast.county, ask(whole, Action.SPLIT, part_title=" ", reason="两件事"))
    with pytest.raises(errors.TextTooLong):
        services.perform_one(cast.county, ask(whole, Action.SPLIT, part_title="长" * 121, reason="两件事"))
    with pytest.raises(ReasonMissing):
        services.perform_one(cast.county, ask(whole, Action.SPLIT, part_title="路灯不亮"))
    assert found() == 1


@pytest.mark.parametrize("action", [Action.MERGE, Action.SPLIT])
def test_many_cost_as_many_statements_as_one(action: Action) -> None:
    cast = Cast()
    kept = make_problem(cast)
    more = {"into_id": kept.pk} if action == Action.MERGE else {"part_title": "路灯不亮", "reason": "两件事"}

    def cost(number: int) -> int:
        rows = [make_problem(cast) for _ in range(number)]
        with CaptureQueriesContext(
            connection,
        ) as queries:
            outcomes = services.perform(cast.county, [ask(row, action, **more) for row in rows])
        assert all(outcome.is_done for outcome in outcomes)
        return len(queries)

    assert cost(1) == cost(4)


def test_split_by_the_form(client: Client) -> None:
    cast = Cast()
    whole = make_problem(cast)
    as_(client, cast.county)
    posted = {"action": "split", "part_title": "路灯不亮", "part_type": "没有这一类", "reason": "两件事", "key": "k"}
    assert client.post(url_of(whole, "act"), posted).status_code == 400
    assert client.post(url_of(whole, "act"), {**posted, "part_type": ""}).status_code == 302
    part = Problem.objects.get(split_from=whole)
    assert part.code in client.get(url_of(whole)).content.decode()
    assert whole.code in client.get(url_of(part)).content.decode()
