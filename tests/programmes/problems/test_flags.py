"""Photos that something is asked about: what is noticed, what is not, and how it is settled."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from PIL import Image

from tests.factories import people
from tests.factories.problems import Cast, ask, bring_to, make_problem
from tests.factories.scenes import FORGE, Shot, draw, honest_pair, jpeg
from wenming.engines.loop.errors import ReasonMissing
from wenming.foundation.files import services as files
from wenming.foundation.files.models import StoredFile
from wenming.foundation.notices.models import Notice
from wenming.foundation.people.enums import Role
from wenming.kernel import clock
from wenming.kernel.actors import SYSTEM, Actor
from wenming.kernel.errors import Refused
from wenming.programmes.problems import flag_selectors, services
from wenming.programmes.problems.enums import Action, FlagKind, Lead, State, Verdict
from wenming.programmes.problems.errors import (
    FlagAnswered,
    NotYourProblem,
    PhotosNotCompared,
    PhotosUnexplained,
    SecondLookBySame,
    TextTooLong,
    TooManyExplanations,
)
from wenming.programmes.problems.flag_models import PhotoFlag, PhotoFlagAnswer
from wenming.programmes.problems.models import Problem
from wenming.programmes.problems.services import flags

pytestmark = pytest.mark.django_db

HERE = {"lat": 30.5, "lon": 118.25}


def received(image: Image.Image, **more: Any) -> StoredFile:
    return files.receive_photo(data=jpeg(image), name="a.jpg", by=SYSTEM, **more)


def scene(place: int, clutter: int = 1, **more: Any) -> StoredFile:
    return received(draw(Shot(place=place, clutter=clutter)), **more)


def answered(cast: Cast, *photos: StoredFile, **more: Any) -> Problem:
    problem = bring_to(cast, make_problem(cast, **more), Action.SIGN)
    return services.perform_one(cast.liaison, ask(problem, Action.REPORT_BACK, photos=photos, note="已清理。"))


def kinds(problem: Problem) -> list[str]:
    return list(problem.photo_flags.order_by("pk").values_list("kind", flat=True))


def flagged(cast: Cast) -> Problem:
    """One problem with one open flag: its photo was another problem's."""
    answered(cast, scene(1))
    problem = answered(cast, scene(1))
    assert kinds(problem) == [FlagKind.EARLIER]
    return problem


def ids(problem: Problem) -> list[int]:
    return list(problem.photo_flags.values_list("pk", flat=True))


def passed(cast: Cast, problem: Problem) -> Problem:
    return services.perform_one(cast.county, ask(problem, Action.PASS_REVIEW))


@pytest.fixture
def cast() -> Cast:
    return Cast()


def test_report_back_with_a_photo_of_another_problem_is_asked_about(cast: Cast) -> None:
    first = answered(cast, scene(1))
    cropped = FORGE["cropped"](draw(Shot(place=1, clutter=1)), np.random.default_rng(3))
    problem = answered(cast, received(cropped))
    flag = problem.photo_flags.get()
    assert (flag.kind, flag.photo.problem, flag.other) == (FlagKind.EARLIER, problem, first.photos.get())
    assert flag.likeness_permille is not None
    assert 720 <= flag.likeness_permille <= 1000
    assert kinds(first) == []


def test_report_back_with_its_own_photo_before_the_work_is_asked_about(cast: Cast) -> None:
    answered(cast, scene(1))
    before = scene(1)
    problem = answered(cast, scene(1), photos=(before,))
    flag = problem.photo_flags.get()
    assert (flag.kind, flag.other) == (FlagKind.BEFORE, problem.photos.get(moment="before"))


def test_report_back_with_an_honest_pair_is_not_asked_about(cast: Cast) -> None:
    for seed in range(500, 503):
        before, after = honest_pair(seed)
        first = received(draw(before))
        problem = answered(cast, received(draw(after)), photos=(first,))
        assert kinds(problem) == []
        assert passed(cast, problem).state == State.REVIEWED


def test_report_back_with_one_file_for_two_problems_is_asked_about_once(cast: Cast) -> None:
    file = scene(1)
    first, second = answered(cast, file), answered(cast, file)
    assert (kinds(first), kinds(second)) == ([], [FlagKind.EARLIER])
    third = answered(cast, scene(2), photos=())
    assert kinds(third) == []


def test_report_back_with_its_own_photo_of_the_answer_before_is_not_asked_about(cast: Cast) -> None:
    problem = answered(cast, scene(1))
    services.perform_one(cast.county, ask(problem, Action.RETURN, reason="还有两袋"))
    again = services.perform_one(cast.liaison, ask(problem, Action.REPORT_BACK, photos=(scene(1),), note="清完。"))
    assert kinds(again) == []


def test_report_back_with_a_flagged_file_again_is_asked_about_again(cast: Cast) -> None:
    answered(cast, scene(1))
    file = scene(1)
    problem = answered(cast, file)
    services.perform_one(cast.county, ask(problem, Action.RETURN, reason="请重拍"))
    again = services.perform_one(cast.liaison, ask(problem, Action.REPORT_BACK, photos=(file,), note="清完。"))
    assert [flag.round for flag in again.photo_flags.order_by("pk")] == [0, 1]
    with pytest.raises(PhotosUnexplained):
        passed(cast, again)


def test_report_back_with_many_copies_does_not_hide_the_earlier_one(cast: Cast) -> None:
    """A unit's own copies are as like as can be; they must not take the earlier photo's place among the candidates."""
    earlier = answered(cast, scene(1))
    problem = answered(cast, *(scene(1) for _number in range(9)))
    services.perform_one(cast.county, ask(problem, Action.RETURN, reason="请重拍"))
    copies = tuple(scene(1) for _number in range(9))
    again = services.perform_one(cast.liaison, ask(problem, Action.REPORT_BACK, photos=copies, note="清完。"))
    others = again.photo_flags.filter(round=1).values_list("other", flat=True)
    assert set(others) == {earlier.photos.get().pk}


@pytest.mark.parametrize(("minutes", "expected"), [(30, []), (-5, []), (-11, [FlagKind.TIME]), (-60, [FlagKind.TIME])])
def test_report_back_with_a_photo_taken_before_the_dispatch(cast: Cast, minutes: int, expected: list[str]) -> None:
    problem = bring_to(cast, make_problem(cast), Action.SIGN)
    assert problem.dispatched_at is not None
    file = scene(1, taken_at=problem.dispatched_at + timedelta(minutes=minutes))
    with clock.set_to(clock.now() + timedelta(hours=1)):
        problem = services.perform_one(cast.liaison, ask(problem, Action.REPORT_BACK, photos=(file,), note="清。"))
    assert kinds(problem) == expected
    assert [flag.minutes for flag in problem.photo_flags.all()] == [-minutes for _kind in expected]


# 0.001 degrees of latitude are 111 m.
@pytest.mark.parametrize(
    ("north", "expected"), [(0.0, []), (0.0004, []), (0.0005, [FlagKind.PLACE]), (-0.01, [FlagKind.PLACE])]
)
def test_report_back_with_a_photo_taken_elsewhere(cast: Cast, north: float, expected: list[str]) -> None:
    problem = answered(cast, scene(1, lat=HERE["lat"] + north, lon=HERE["lon"]), **HERE)
    assert kinds(problem) == expected
    assert [flag.metres for flag in problem.photo_flags.all()] == [round(abs(north) * 111_195) for _kind in expected]


def test_report_back_how_far_is_a_setting(cast: Cast, settings: Any) -> None:
    settings.PHOTO_METRES_MAX = 200
    assert kinds(answered(cast, scene(1, lat=30.501, lon=118.25), **HERE)) == []


def test_report_back_of_a_problem_without_a_position_says_nothing_of_the_place(cast: Cast) -> None:
    assert kinds(answered(cast, scene(1, lat=30.6, lon=118.25))) == []


def test_metres_between() -> None:
    assert flags.metres_between(30.5, 118.25, 30.5, 118.25) == 0
    assert flags.metres_between(30.5, 118.25, 30.5, 118.251) == pytest.approx(95.8, abs=1)
    assert flags.metres_between(0, 179.9995, 0, -179.9995) == pytest.approx(111, abs=1)


def test_report_back_tells_the_unit_that_it_is_asked(cast: Cast) -> None:
    problem = flagged(cast)
    notice = Notice.objects.get(kind="problems.explain")
    assert (notice.unit_id, notice.subject_key) == (cast.street.pk, str(problem.public_id))


def test_pass_with_an_open_flag_is_refused_and_says_what_to_do(cast: Cast) -> None:
    problem = flagged(cast)
    with pytest.raises(PhotosUnexplained) as refused:
        passed(cast, problem)
    assert (refused.value.code, refused.value.status) == ("problems.photos_unexplained", 409)
    assert "1 处" in str(refused.value)
    services.give_reason(cast.county, problem, flag_ids=ids(problem), text="两处相邻，同一张照片。")
    with pytest.raises(PhotosUnexplained):
        passed(cast, problem)
    services.look_again(cast.office, problem, flag_ids=ids(problem), verdict=Verdict.ACCEPTED)
    assert passed(cast, problem).state == State.REVIEWED


def test_pass_after_a_return_looks_at_the_new_photos_only(cast: Cast) -> None:
    problem = flagged(cast)
    services.perform_one(cast.county, ask(problem, Action.RETURN, reason="照片不是这一处"))
    services.perform_one(cast.liaison, ask(problem, Action.REPORT_BACK, photos=(scene(8),), note="清完。"))
    assert passed(cast, problem).state == State.REVIEWED


def test_pass_of_many_leaves_out_the_flagged_and_says_why(cast: Cast) -> None:
    bad, good = flagged(cast), answered(cast, scene(3))
    outcomes = services.perform(cast.county, [ask(each, Action.PASS_REVIEW) for each in (bad, good)])
    assert [outcome.error.code if outcome.error else "" for outcome in outcomes] == ["problems.photos_unexplained", ""]


def test_pass_compares_what_was_not_compared(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    answered(cast, scene(1))
    problem = not_compared(cast, monkeypatch)
    assert (kinds(problem), flag_selectors.is_compared(problem)) == ([], False)
    with pytest.raises(PhotosUnexplained):
        passed(cast, problem)
    # Refused, and yet noticed.
    assert kinds(problem) == [FlagKind.EARLIER]


def test_pass_of_more_than_can_be_compared_at_once_is_refused(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    waiting = [not_compared(cast, monkeypatch, place) for place in range(3)]
    monkeypatch.setattr(flags, "COMPARED_AT_ONCE_MAX", 2)
    outcomes = services.perform(cast.county, [ask(each, Action.PASS_REVIEW) for each in waiting])
    assert [outcome.is_done for outcome in outcomes] == [True, True, False]
    assert isinstance(outcomes[-1].error, PhotosNotCompared)
    assert services.compare_waiting() == 1
    assert passed(cast, waiting[2]).state == State.REVIEWED


def not_compared(cast: Cast, monkeypatch: pytest.MonkeyPatch, place: int = 1) -> Problem:
    """As it was before the upgrade: the answer is there, and nobody compared it."""
    with monkeypatch.context() as patch:
        patch.setattr(flags, "_not_compared", lambda _answers: [])
        return answered(cast, scene(place))


def test_compare_waiting_sees_each_answer_once(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    answered(cast, scene(1))
    assert services.compare_waiting() == 0
    problem = not_compared(cast, monkeypatch)
    assert services.compare_waiting() == 1
    assert (services.compare_waiting(), kinds(problem)) == (0, [FlagKind.EARLIER])
    assert Notice.objects.filter(kind="problems.explain").count() == 1


@pytest.mark.parametrize("count", [1, 3])
def test_compare_asks_as_much_for_many_as_for_one(cast: Cast, count: int) -> None:
    answered(cast, scene(1))
    problems = [answered(cast, scene(1)) for _number in range(count)]
    fresh = [bring_to(cast, make_problem(cast), Action.SIGN) for _number in range(count)]
    asks = [ask(each, Action.REPORT_BACK, photos=(scene(1),), note="清。") for each in fresh]
    with CaptureQueriesContext(connection) as queries:
        services.perform(cast.liaison, asks)
    told = [query["sql"] for query in queries if "SAVEPOINT" not in query["sql"]]
    assert len(told) == 26, "\n".join(told)
    with CaptureQueriesContext(connection) as queries:
        services.perform(cast.county, [ask(each, Action.PASS_REVIEW) for each in problems])
    told = [query["sql"] for query in queries if "SAVEPOINT" not in query["sql"]]
    assert len(told) == 8, "\n".join(told)


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
