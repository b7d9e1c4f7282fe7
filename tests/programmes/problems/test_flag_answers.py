"""How a question about photos is settled, and what the database itself refuses."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from tests.factories import people
from tests.factories.problems import Cast, ask, make_problem
from tests.programmes.problems.flagged import answered, flagged, ids, passed, scene
from wenming.engines.loop.errors import ReasonMissing
from wenming.foundation.people.enums import Role
from wenming.kernel import clock
from wenming.kernel.actors import Actor
from wenming.kernel.errors import Refused
from wenming.programmes.problems import flag_selectors, services
from wenming.programmes.problems.enums import Action, Lead, State, Verdict
from wenming.programmes.problems.errors import (
    FlagAnswered,
    NotYourProblem,
    PhotosUnexplained,
    SecondLookBySame,
    TextTooLong,
    TooManyExplanations,
)
from wenming.programmes.problems.models import PhotoFlag, PhotoFlagAnswer

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return Cast()


def test_give_reason_twice_is_one_reason(cast: Cast) -> None:
    problem = flagged(cast)
    services.give_reason(cast.county, problem, flag_ids=ids(problem), text="同一处。")
    with pytest.raises(FlagAnswered):
        services.give_reason(cast.office, problem, flag_ids=ids(problem), text="同一处。")


def test_look_again_by_who_wrote_the_reason_is_refused(cast: Cast) -> None:
    problem = flagged(cast)
    services.give_reason(cast.county, problem, flag_ids=ids(problem), text="同一处。")
    with pytest.raises(SecondLookBySame):
        services.look_again(cast.county, problem, flag_ids=ids(problem), verdict=Verdict.ACCEPTED)


def test_look_again_that_does_not_accept_asks_for_another_reason(cast: Cast) -> None:
    problem = flagged(cast)
    with pytest.raises(FlagAnswered):
        services.look_again(cast.office, problem, flag_ids=ids(problem), verdict=Verdict.ACCEPTED)
    services.give_reason(cast.county, problem, flag_ids=ids(problem), text="同一处。")
    with pytest.raises(ReasonMissing):
        services.look_again(cast.office, problem, flag_ids=ids(problem), verdict=Verdict.NOT_ACCEPTED)
    services.look_again(
        cast.office, problem, flag_ids=ids(problem), verdict=Verdict.NOT_ACCEPTED, text="两处隔了一条街。"
    )
    with pytest.raises(PhotosUnexplained):
        passed(cast, problem)
    services.give_reason(cast.office, problem, flag_ids=ids(problem), text="门牌号看得清。")
    services.look_again(cast.county, problem, flag_ids=ids(problem), verdict=Verdict.ACCEPTED)
    with pytest.raises(FlagAnswered):
        services.give_reason(cast.county, problem, flag_ids=ids(problem), text="再写一次。")
    assert passed(cast, problem).state == State.REVIEWED


def test_answer_flags_is_the_offices_alone(cast: Cast) -> None:
    problem = flagged(cast)
    strangers = [cast.liaison, cast.inspector, people.make_acting(Role.COUNTY, region_code=people.OTHER_COUNTY)]
    for acting in strangers:
        with pytest.raises(Refused):
            services.give_reason(acting, problem, flag_ids=ids(problem), text="同一处。")
        with pytest.raises(Refused):
            services.look_again(acting, problem, flag_ids=ids(problem), verdict=Verdict.ACCEPTED)


def test_answer_flags_of_what_the_own_unit_rectified_is_refused(cast: Cast) -> None:
    answered(cast, scene(1))
    problem = make_problem(cast, territory_id=cast.county_office.pk)
    problem = services.perform_one(cast.office, ask(problem, Action.DISPATCH, lead_side=Lead.TERRITORY))
    link = services.reply_link(cast.office, problem)
    services.answer_by_link(link, photos=(scene(1),), note="已清理。")
    with pytest.raises(NotYourProblem):
        services.give_reason(cast.county, problem, flag_ids=ids(problem), text="同一处。")
    services.give_reason(cast.office, problem, flag_ids=ids(problem), text="同一处。")


@pytest.mark.parametrize(("text", "error"), [("", ReasonMissing), (" \n", ReasonMissing), ("字" * 501, TextTooLong)])
def test_give_reason_with_words_that_are_none(cast: Cast, text: str, error: type[Exception]) -> None:
    problem = flagged(cast)
    with pytest.raises(error):
        services.give_reason(cast.county, problem, flag_ids=ids(problem), text=text)


def test_answer_flags_of_another_problem_is_refused(cast: Cast) -> None:
    problem, other = flagged(cast), answered(cast, scene(5))
    with pytest.raises(FlagAnswered):
        services.give_reason(cast.county, other, flag_ids=ids(problem), text="同一处。")
    with pytest.raises(FlagAnswered):
        services.give_reason(cast.county, problem, flag_ids=[], text="同一处。")


def test_explain_settles_nothing_and_has_an_end(cast: Cast) -> None:
    problem = flagged(cast)
    link = services.reply_link(cast.county, problem)
    services.explain_by_link(link, flag_ids=ids(problem), text="两处是同一个路口。")
    for number in range(4):
        services.explain(cast.liaison, problem, flag_ids=ids(problem), text=f"补充 {number}")
    with pytest.raises(TooManyExplanations):
        services.explain(cast.liaison, problem, flag_ids=ids(problem), text="再补充")
    with pytest.raises(PhotosUnexplained):
        passed(cast, problem)
    with pytest.raises(Refused):
        services.explain(cast.county, problem, flag_ids=ids(problem), text="同一处。")


def test_waiting_says_for_what(cast: Cast) -> None:
    problem = flagged(cast)
    every = flag_selectors.flags_for(cast.county)
    assert count_of(every) == (1, 0)
    services.give_reason(cast.county, problem, flag_ids=ids(problem), text="同一处。")
    assert count_of(every) == (0, 1)
    services.look_again(cast.office, problem, flag_ids=ids(problem), verdict=Verdict.NOT_ACCEPTED, text="不像。")
    assert count_of(every) == (1, 0)
    assert count_of(flag_selectors.flags_for(people.make_acting(Role.COUNTY, region_code=people.OTHER_COUNTY))) == (
        0,
        0,
    )
    services.perform_one(cast.county, ask(problem, Action.RETURN, reason="请重拍"))
    assert count_of(every) == (0, 0)


def count_of(rows: Any) -> tuple[int, int]:
    waits = (flag_selectors.WAITS_FOR_REASON, flag_selectors.WAITS_FOR_LOOK)
    reason, look = (flag_selectors.waiting(rows, what).count() for what in waits)
    return reason, look


Write = Callable[[PhotoFlag, Actor, datetime], object]


def _flag(flag: PhotoFlag, **more: Any) -> PhotoFlag:
    fields = {"problem": flag.problem, "photo": flag.photo, "round": 7, "raised_at": flag.raised_at}
    return PhotoFlag.objects.create(**{**fields, **more})


def _answer(flag: PhotoFlag, by: Actor, at: datetime, **more: Any) -> PhotoFlagAnswer:
    fields = {"flag": flag, "actor_kind": by.kind, "actor_id": by.id, "answered_at": at, "text": "x"}
    return PhotoFlagAnswer.objects.create(**{**fields, **more})


FORBIDDEN: dict[str, Write] = {
    "time without minutes": lambda flag, _by, _at: _flag(flag, kind="time"),
    "place with minutes": lambda flag, _by, _at: _flag(flag, kind="place", metres=60, minutes=3),
    "likeness without other": lambda flag, _by, _at: _flag(flag, kind="earlier", likeness_permille=900),
    "itself": lambda flag, _by, _at: _flag(flag, kind="earlier", likeness_permille=900, other=flag.photo),
    "more than the whole": lambda flag, _by, _at: _flag(flag, kind="earlier", likeness_permille=1001, other=flag.other),
    "twice": lambda flag, _by, _at: _flag(
        flag, kind="earlier", likeness_permille=9, other=flag.other, round=flag.round
    ),
    "no words": lambda flag, by, at: _answer(flag, by, at, part="reason", text=""),
    "reason by link": lambda flag, by, at: _answer(flag, by, at, part="reason", actor_kind="link"),
    "look at nothing": lambda flag, by, at: _answer(flag, by, at, part="look", verdict="accepted"),
    "reason with verdict": lambda flag, by, at: _answer(flag, by, at, part="reason", verdict="accepted"),
    "look by the same": lambda flag, by, at: _answer(
        flag,
        by,
        at,
        part="look",
        verdict="accepted",
        reason=_answer(flag, by, at, part="reason"),
        reason_actor_id=by.id,
    ),
    "changed": lambda flag, _by, _at: PhotoFlag.objects.filter(pk=flag.pk).update(kind="before"),
    "deleted": lambda flag, _by, _at: PhotoFlag.objects.filter(pk=flag.pk).delete(),
    "answer changed": lambda flag, by, at: PhotoFlagAnswer.objects.filter(
        pk=_answer(flag, by, at, part="reason").pk
    ).update(text="y"),
}


@pytest.mark.parametrize("name", FORBIDDEN)
def test_database_refuses(cast: Cast, name: str) -> None:
    flag = flagged(cast).photo_flags.get()
    with pytest.raises(DatabaseError), transaction.atomic():
        FORBIDDEN[name](flag, cast.county.actor, clock.now())
