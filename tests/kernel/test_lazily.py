"""Modules that are loaded when something of them is first asked for."""

import sys

import pytest

from wenming.kernel.lazily import Lazily


def test_lazily_loads_at_the_first_question(monkeypatch: pytest.MonkeyPatch) -> None:
    stood_for = Lazily("colorsys")
    monkeypatch.delitem(sys.modules, "colorsys", raising=False)
    assert "colorsys" not in sys.modules
    assert stood_for.rgb_to_hsv(0.0, 0.0, 0.0) == (0.0, 0.0, 0.0)
    assert "colorsys" in sys.modules


def test_lazily_of_what_is_not_there() -> None:
    with pytest.raises(ModuleNotFoundError):
        _ = Lazily("no_such_module_of_ours").anything
    with pytest.raises(AttributeError):
        _ = Lazily("colorsys").anything
