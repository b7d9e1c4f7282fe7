"""Rows of a list, as tables, inboxes and papers show them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext as _

from wenming.kernel import clock
from wenming.kernel.ui import numbers, times
from wenming.programmes.problems.enums import Action, PendingRequest
from wenming.programmes.problems.flow import FLOW

NO_NAME: Final = "—"


def dressed(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Adds to rows of `selectors.with_running_since` what a line shows: state, place, how much of the time is used."""
    now = clock.now()
    return [_dressed(row, row["running_since"], now) for row in rows]


def _dressed(row: dict[str, Any], started_at: datetime | None, now: datetime) -> dict[str, Any]:
    state = FLOW.states[row["state"]]
    due = row["due_at"] if state.is_open else None
    tone = times.left(due, now).tone if due is not None else ""
    return {
        **row,
        "url": reverse("problems:detail", args=[row["public_id"]]),
        "state_code": row["state"],
        "state": state,
        "due": due,
        "tone": tone,
        "used": _share(started_at, due, now),
        "place": row["point__name"] or row["address"] or (_("没有定位") if row["is_unlocated"] else ""),
        "territory": row["territory__name"] or NO_NAME,
        "department": row["department__name"] or NO_NAME,
        "request": request_words(row),
        "suspended": times.span(int((now - row["suspended_at"]).total_seconds())) if row["suspended_at"] else "",
        "value": f"{row['public_id']}:{row['version']}",
    }


def request_words(row: dict[str, Any]) -> str:
    """What waits for an answer, the handling's own question first."""
    if row["pending_request"]:
        return str(PendingRequest(row["pending_request"]).label)
    if row["contested_at"]:
        return str(Action.CONTEST.label)
    return str(Action.ASK_EXEMPTION.label) if row["exemption_asked_at"] else ""


def _share(started_at: datetime | None, due: datetime | None, now: datetime) -> int:
    """How much of the running limit is used, in percent of the wall clock."""
    if started_at is None or due is None:
        return 0
    whole = (due - started_at).total_seconds()
    return 100 if whole <= 0 else numbers.share(max(0, (now - started_at).total_seconds()), whole)
