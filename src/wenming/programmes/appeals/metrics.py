"""The figures that appeals and meetings can answer for, the words of their dimensions, and the rows behind them."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from django.db.models import TextChoices
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from wenming.engines.metrics import registry
from wenming.engines.metrics.factview import FactView, Labels
from wenming.foundation.people import selectors as people
from wenming.foundation.people.acting import Acting
from wenming.foundation.people.enums import UnitKind
from wenming.foundation.places import selectors as places
from wenming.programmes.appeals.enums import SaidBy, Source, State
from wenming.programmes.appeals.models import AppealFact, Attendance, AttendanceFact, code_of
from wenming.programmes.appeals.selectors import meetings_of, visible_to


def register() -> None:
    registry.register_fact(
        FactView.of(
            AppealFact,
            name="appeals",
            dimensions={"unit": "lead_id"},
            labels={
                "county_code": places.region_names,
                "town_code": places.region_names,
                "lead_id": people.names_of,
                "source": _words(Source),
                "state": _words(State),
                "said_by": _words(SaidBy),
            },
            events={
                "assigned_us": _("交办"),
                "answered_us": _("答复"),
                "solved_us": _("确认已解决"),
                "closed_us": _("办结"),
                "voided_us": _("作废"),
                "published_us": _("公开答复"),
                "handback_count": _("退回交办"),
                "reopen_count": _("重新办理"),
            },
            codes=lambda ids: {pk: code_of(pk) for pk in ids},
        )
    )
    registry.register_fact(
        FactView.of(
            AttendanceFact,
            name="appeal_attendance",
            dimensions={"unit": "unit_id", "kind": "unit_kind"},
            labels={"unit_id": people.names_of, "unit_kind": _words(UnitKind), "county_code": places.region_names},
        )
    )
    registry.register_figures(Path(__file__).parent / "figures")
    registry.register_rows("appeals", appeals_for)
    registry.register_rows("appeal_attendance", attendance_for)


def _words(choices: type[TextChoices]) -> Labels:
    def labels(values: Sequence[Any]) -> Mapping[Any, str]:
        known = dict(choices.choices)
        return {value: str(known.get(value, value)) for value in values}

    return labels


def appeals_for(acting: Acting, ids: Sequence[int]) -> list[dict[str, Any]]:
    """The appeals behind a figure that this person may see, in the order of `ids`; two statements."""
    columns = ("id", "public_id", "text", "state", "raised_at", "lead__name", "county_code")
    found = {row["id"]: row for row in visible_to(acting).filter(pk__in=ids).values(*columns)}
    names = places.region_names([row["county_code"] for row in found.values()])
    return [
        {
            "id": pk,
            "url": reverse("appeals:detail", args=[row["public_id"]]),
            "title": row["text"],
            "code": code_of(pk),
            "state": str(State(row["state"]).label),
            "state_code": row["state"],
            "unit": row["lead__name"] or "",
            "region": names.get(row["county_code"], ""),
            "at": row["raised_at"],
        }
        for pk in ids
        if (row := found.get(pk)) is not None
    ]


def attendance_for(acting: Acting, ids: Sequence[int]) -> list[dict[str, Any]]:
    """The units on the sign-in sheets behind a figure, of meetings that this person may see; one statement."""
    rows = Attendance.objects.filter(pk__in=ids, meeting__in=meetings_of(acting))
    columns = ("pk", "unit_kind", "unit__name", "meeting__public_id", "meeting__topic", "meeting__recorded_at")
    found = {row["pk"]: row for row in rows.values(*columns)}
    return [
        {
            "id": pk,
            "url": reverse("appeals:meeting", args=[row["meeting__public_id"]]),
            "title": row["meeting__topic"],
            "unit": row["unit__name"],
            "state": str(UnitKind(row["unit_kind"]).label),
            "at": row["meeting__recorded_at"],
        }
        for pk in ids
        if (row := found.get(pk)) is not None
    ]
