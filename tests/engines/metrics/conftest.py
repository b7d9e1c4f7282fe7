from collections.abc import Iterator
from typing import Any

import pytest

from tests.factories.metrics import toy_table
from wenming.engines.metrics import registry


@pytest.fixture(scope="session")
def _toy_table(django_db_setup: Any, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock(), toy_table():
        yield


@pytest.fixture
def toys(_toy_table: None, db: Any) -> None:
    """The toy fact table, empty."""


@pytest.fixture(autouse=True)
def _own_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test registers is forgotten after it."""
    monkeypatch.setattr(registry, "_facts", dict(registry._facts))
    monkeypatch.setattr(registry, "_metrics", {key: dict(each) for key, each in registry._metrics.items()})
    monkeypatch.setattr(registry, "_rows", dict(registry._rows))
    monkeypatch.setattr(registry, "_directories", list(registry._directories))
