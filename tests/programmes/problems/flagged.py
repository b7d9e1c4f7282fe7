"""Answers with photos that something is asked about, made by the real verbs."""

from typing import Any

from PIL import Image

from tests.factories.problems import Cast, ask, bring_to, make_problem
from tests.factories.scenes import Shot, draw, jpeg
from wenming.foundation.files import services as files
from wenming.foundation.files.models import StoredFile
from wenming.kernel.actors import SYSTEM
from wenming.programmes.problems import services
from wenming.programmes.problems.enums import Action, FlagKind
from wenming.programmes.problems.models import Problem


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
