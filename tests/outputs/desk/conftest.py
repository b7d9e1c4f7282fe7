"""Every test of the desk is on one Tuesday, in a frame that costs nothing."""

from collections.abc import Iterator

import pytest

from tests.outputs.desk.casts import NOW
from wenming.kernel import clock
from wenming.kernel.ui import nav, userbox


@pytest.fixture(autouse=True)
def _tuesday() -> Iterator[None]:
    with clock.set_to(NOW):
        yield


@pytest.fixture(autouse=True)
def _bare_frame(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without what other apps count in the rail: a page's queries are its own."""
    monkeypatch.setattr(nav, "_entries", {e.key: e for e in nav.entries() if e.key.startswith("desk.")})
    monkeypatch.setattr(userbox, "_provided", {})
