"""`wenming migrate`: Django's migrations between taking our triggers down and putting them up again.

SQLite drops a table's triggers without a word whenever a migration rebuilds it.
"""

from typing import Any

from django.core.management.commands.migrate import Command as DjangoMigrate
from django.db import connections

from wenming.kernel import triggers


class Command(DjangoMigrate):
    def handle(self, *args: Any, **options: Any) -> None:
        connection = connections[options["database"]]
        triggers.drop_all(connection)
        try:
            super().handle(*args, **options)
        finally:
            triggers.create_all(connection)
