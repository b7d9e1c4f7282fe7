"""Photos that something is asked about: what is noticed, what is not, and what it stops."""

from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories.problems import Cast, ask, bring_to, make_problem
from tests.factories.scenes import FORGE, Shot, draw, honest_pair
from tests.programmes.problems.flagged import answered, flagged, ids, kinds, passed, received, scene
from wenming.foundation.notices.models import Notice
from wenming.kernel import clock
from wenming.programmes.problems import flag_selectors, services
from wenming.programmes.problems.enums import Action, FlagKind, State, Verdict
from wenming.programmes.problems.errors import (
    PhotosNotCompared,
    PhotosUnexplained,
)
from wenming.programmes.problems.models import Problem
from wenming.programmes.problems.services import flags

pytestmark = pytest.mark.django_db

HERE = {"lat": 30.5, "lon": 118.25}


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
    assert len(about_photos(queries)) == 8
    with CaptureQueriesContext(connection) as queries:
        services.perform(cast.county, [ask(each, Action.PASS_REVIEW) for each in problems])
    assert len(about_photos(queries)) == 3


def about_photos(queries: CaptureQueriesContext) -> list[str]:
    """What the comparison adds to the verb's own statements."""
    tables = ("problems_answercomparison", "problems_photoflag", "problems_problemphoto", "files_")
    return [query["sql"] for query in queries if any(table in query["sql"] for table in tables)]
