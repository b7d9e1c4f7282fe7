"""Up to where a table that only grows can be read without leaving out a row that is still being written.

PostgreSQL hands out ids before the commit, so that 12 can be seen before 11. Whoever may still bring an id up to the last one
seen holds the lock of a writer on the table since before we looked: these are waited for, and no other.
"""

import time
from typing import Final

from django.db import connection

SECONDS_MAX: Final = 2.0
LOOK_SECONDS: Final = 0.05


def have_ended(table: str) -> bool:
    """Whether all who were writing to the table at the call have ended since; waits SECONDS_MAX for it at most.

    To be asked after the last id was read: up to it every row that there will ever be is then there to be seen. On SQLite
    nobody writes beside whoever asks.
    """
    if connection.vendor != "postgresql":
        return True
    waited_for, until = _holding(table), time.monotonic() + SECONDS_MAX
    while waited_for and time.monotonic() < until:
        time.sleep(LOOK_SECONDS)
        waited_for &= _holding(table)
    return not waited_for


def _holding(table: str) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT virtualtransaction FROM pg_locks WHERE locktype = 'relation' AND relation = %s::regclass "
            "AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) "
            "AND mode = 'RowExclusiveLock' AND granted AND pid <> pg_backend_pid()",
            [table],
        )
        return {row[0] for row in cursor.fetchall()}
