"""The figures that dossiers can answer for, and the rows behind them."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from wenming.engines.metrics import registry
from wenming.engines.metrics.factview import FactView
from wenming.foundation.people import selectors as people
from wenming.foundation.people.acting import Acting
from wenming.programmes.dossiers.enums import State
from wenming.programmes.dossiers.models import DossierFact, code_of
from wenming.programmes.dossiers.selectors import visible_to


def register() -> None:
    registry.register_fact(
        FactView.of(
            DossierFact,
            name="dossiers",
            dimensions={"unit": "owner_id"},
            plans=frozenset({"due_us"}),
            labels={"owner_id": people.names_of, "state": _states},
            events={"cancelled_us": _("销号"), "voided_us": _("作废"), "return_count": _("退回整改")},
            codes=lambda ids: {pk: code_of(pk) for pk in ids},
        )
    )
    registry.register_figures(Path(__file__).parent / "figures")
    registry.register_rows("dossiers", rows_for)


def _states(values: Sequence[Any]) -> Mapping[Any, str]:
    known = dict(State.choices)
    return {value: str(known.get(value, value)) for value in values}


def rows_for(acting: Acting, ids: Sequence[int]) -> list[dict[str, Any]]:
    """The dossiers behind a figure that this person may see, in the order of `ids`; one statement."""
    columns = ("id", "public_id", "issue", "state", "found_at", "owner__name")
    found = {row["id"]: row for row in visible_to(acting).filter(pk__in=ids).values(*columns)}
    return [
        {
            "id": pk,
            "url": reverse("dossiers:detail", args=[row["public_id"]]),
            "title": row["issue"],
            "code": code_of(pk),
            "state": str(State(row["state"]).label),
            "state_code": row["state"],
            "unit": row["owner__name"],
            "at": row["found_at"],
        }
        for pk in ids
        if (row := found.get(pk)) is not None
    ]
