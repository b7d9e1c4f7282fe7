"""The figures that problems can answer for: the fact view, the words of its dimensions, and the rows behind them."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy

from wenming.engines.metrics import registry
from wenming.engines.metrics.factview import FactView
from wenming.foundation.people import selectors as people
from wenming.foundation.people.acting import Acting
from wenming.foundation.places import selectors as places
from wenming.programmes.problems.enums import Channel, State
from wenming.programmes.problems.models import Problem, ProblemFact
from wenming.programmes.problems.selectors import visible_to


def register() -> None:
    view = FactView.of(
        ProblemFact,
        name="problems",
        dimensions={"type": "type_code", "unit": "lead_id"},
        plans=frozenset({"due_us", "close_due_us"}),
        labels={
            "county_code": places.region_names,
            "town_code": places.region_names,
            "lead_id": people.names_of,
            "territory_id": people.names_of,
            "department_id": people.names_of,
            "channel": _words(Channel),
            "state": _words(State),
            "type_code": _type_names,
        },
        events={
            "dispatched_us": gettext_lazy("派遣"),
            "reported_us": gettext_lazy("报已整改"),
            "reviewed_us": gettext_lazy("审核通过"),
            "closed_us": gettext_lazy("结案"),
            "voided_us": gettext_lazy("作废"),
            "suspended_us": gettext_lazy("挂账"),
            "exempted_us": gettext_lazy("同意免责"),
            "rework_count": gettext_lazy("退回返工"),
            "extension_count": gettext_lazy("同意延期"),
        },
        codes=_codes,
    )
    registry.register_fact(view)
    registry.register_figures(Path(__file__).parent / "figures")
    registry.register_rows("problems", rows_for)


def _words(choices: type[Channel] | type[State]) -> Any:
    def labels(values: Sequence[Any]) -> Mapping[Any, str]:
        known = dict(choices.choices)
        return {value: str(known.get(value, value)) for value in values}

    return labels


def _codes(ids: Sequence[Any]) -> Mapping[Any, str]:
    return dict(Problem.objects.filter(pk__in=list(ids)).values_list("pk", "code"))


def _type_names(codes: Sequence[Any]) -> Mapping[Any, str]:
    found = Problem.objects.filter(type_code__in=list(codes)).values_list("type_code", "type_name").distinct()
    return dict(found.order_by("type_code"))


def rows_for(acting: Acting, ids: Sequence[int]) -> list[dict[str, Any]]:
    """The problems behind a figure that this person may see, in the order of `ids`; two statements."""
    columns = ("id", "public_id", "code", "title", "state", "found_at", "lead__name", "county_code")
    found = {row["id"]: row for row in visible_to(acting).filter(pk__in=ids).values(*columns)}
    names = places.region_names([row["county_code"] for row in found.values()])
    return [
        {
            "id": pk,
            "url": reverse("problems:detail", args=[row["public_id"]]),
            "title": row["title"],
            "code": row["code"],
            "state": str(State(row["state"]).label),
            "state_code": row["state"],
            "unit": row["lead__name"] or "",
            "region": names.get(row["county_code"], ""),
            "at": row["found_at"],
        }
        for pk in ids
        if (row := found.get(pk)) is not None
    ]
