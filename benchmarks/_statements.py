"""What one request asks of the database, seen from within: the same code without the server around it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

# How Django writes down one statement that was sent with several rows of values.
_TIMES: Final = re.compile(r"^(\?|\d+) times: ")


@dataclass(frozen=True, slots=True)
class Cost:
    reads: int
    writes: int
    savepoints: int
    commits: int

    def __str__(self) -> str:
        return f"{self.reads} reads, {self.writes} writes, {self.savepoints} savepoints, {self.commits} commits"


def cost_of(call: Callable[[], Any]) -> tuple[Cost, list[str]]:
    """And the statements themselves, in order."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as asked:
        call()
    said = [_TIMES.sub("", each["sql"].lstrip()) for each in asked.captured_queries]
    heads = [text.split(None, 1)[0].strip(";").upper() for text in said]
    return (
        Cost(
            reads=sum(head in ("SELECT", "WITH") for head in heads),
            writes=sum(head in ("INSERT", "UPDATE", "DELETE") for head in heads),
            savepoints=sum(head in ("SAVEPOINT", "RELEASE", "ROLLBACK") for head in heads),
            commits=sum(head == "COMMIT" for head in heads),
        ),
        said,
    )
