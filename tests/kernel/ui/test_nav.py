from collections.abc import Iterator

import pytest
from django.http import HttpRequest
from django.test import RequestFactory

from wenming.kernel.ui import nav, userbox


@pytest.fixture(autouse=True)
def _empty(monkeypatch: pytest.MonkeyPatch, settings: object) -> Iterator[None]:
    monkeypatch.setattr(nav, "_entries", {})
    monkeypatch.setattr(userbox, "_provided", {})
    settings.ROOT_URLCONF = "tests.kernel.ui.urls"  # type: ignore[attr-defined]
    yield


def always(request: HttpRequest) -> bool:
    return True


def never(request: HttpRequest) -> bool:
    return False


def entry(key: str, order: int = 10, **more: object) -> nav.NavEntry:
    given = {"label": key, "url_name": key, "icon": "flag", "is_visible": always, **more}
    return nav.NavEntry(key=key, order=order, **given)  # type: ignore[arg-type]


def items(path: str) -> list[nav.NavItem]:
    return list(nav.build(RequestFactory().get(path)))


def test_build_keeps_the_order_and_hides_what_is_not_allowed() -> None:
    nav.register(entry("late", 30))
    nav.register(entry("home", 10))
    nav.register(entry("problems", 20, is_visible=never))
    assert [item.label for item in items("/")] == ["home", "late"]


def test_build_marks_the_longest_address() -> None:
    for key in ("home", "problems", "late"):
        nav.register(entry(key))
    assert [item.label for item in items("/problems/late/17/") if item.is_current] == ["late"]
    assert [item.label for item in items("/problems/17/") if item.is_current] == ["problems"]
    assert [item.label for item in items("/elsewhere/") if item.is_current] == []


def test_build_counts_once_and_only_for_who_sees_it() -> None:
    asked: list[str] = []

    def counts(request: HttpRequest) -> nav.Counts:
        asked.append(request.path)
        return nav.Counts(open=37, late=3)

    nav.register(entry("problems", counts=counts))
    nav.register(entry("late", is_visible=never, counts=counts))
    built = nav.build(RequestFactory().get("/"))
    assert asked == []
    assert [(item.count, item.late_count) for item in built] == [(37, 3)]
    assert len(built) == 1
    assert asked == ["/"]


def test_register_when_the_key_is_taken() -> None:
    nav.register(entry("home"))
    nav.register(entry("home"))
    with pytest.raises(ValueError, match="home"):
        nav.register(entry("home", order=99))


def test_userbox_when_nobody_provides_one() -> None:
    assert userbox.build(RequestFactory().get("/")) is None
