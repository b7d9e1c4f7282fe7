from typing import Any

import pytest
from django.db import connection

from tests.engines.loop.toy.models import EVENT_TABLE, MODELS
from wenming.kernel import triggers


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    with django_db_blocker.unblock():
        there = set(connection.introspection.table_names())
        with connection.schema_editor() as editor:
            for model in MODELS:
                if model._meta.db_table not in there:
                    editor.create_model(model)


@pytest.fixture
def append_only_events(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The toy's triggers, for this test alone: a trigger is part of the transaction that is rolled back."""
    monkeypatch.setattr(triggers, "_registry", {})
    triggers.append_only(EVENT_TABLE)
    triggers.create_all(connection)
