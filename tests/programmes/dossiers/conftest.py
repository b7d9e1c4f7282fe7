import pytest

from wenming.kernel.ui import nav, userbox


@pytest.fixture(autouse=True)
def _bare_frame(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without what is counted in the rail: a list's queries are its own."""
    monkeypatch.setattr(nav, "_entries", {})
    monkeypatch.setattr(userbox, "_provided", {})
