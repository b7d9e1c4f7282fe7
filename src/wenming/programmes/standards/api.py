"""The catalogue in force for other programs."""

from django.http import HttpResponse
from ninja import Router, Schema

from wenming.foundation.people.doors import CallRequest, calls
from wenming.kernel.calls import REFUSALS, answer
from wenming.programmes.standards import selectors

router = Router(tags=["standards"])
READ = "standards:read"


class ProblemTypeRow(Schema):
    code: str
    name: str
    category: str
    limit_value: int | None = None
    limit_unit: str


class ProblemTypes(Schema):
    types: list[ProblemTypeRow]


@router.get(
    "/types", response={200: ProblemTypes, **REFUSALS}, url_name="types", summary="ProblemTypes of problems in force"
)
@calls("standards.view_standards", right=READ)
def types(request: CallRequest) -> HttpResponse:
    found = selectors.types_by_code().values()
    return answer({"types": [{name: getattr(each, name) for name in ProblemTypeRow.model_fields} for each in found]})
