"""The flows in force for other programs: what can be done in which state, by whom, with which proof."""

from typing import Any

from django.http import HttpResponse
from ninja import Router, Schema

from wenming.engines.loop import flow as flows_in_force
from wenming.foundation.people.doors import CallRequest, calls
from wenming.kernel.calls import REFUSALS, answer

router = Router(tags=["flows"])
READ = "problems:read"


class Table(Schema):
    flow: str
    label: str
    states: dict[str, str]
    rows: list[dict[str, Any]]


@router.get("/{name}", response={200: Table, **REFUSALS}, url_name="flow", summary="A flow as a table")
@calls("loop.view_flows", right=READ)
def flow(request: CallRequest, name: str) -> HttpResponse:
    found = flows_in_force.named(name)
    states = {str(code): str(state.label) for code, state in found.states.items()}
    rows = [row.as_dict() for row in found.as_rows()]
    return answer({"flow": found.name, "label": str(found.label), "states": states, "rows": rows})
