"""The catalogue in force for other programs."""

from django.http import HttpResponse
from ninja import Router, Schema

from wenming.foundation.people.doors import CallRequest, calls
from wenming.kernel.calls import REFUSALS, answer
from wenming.programmes.standards import selectors

router = Router(tags=["standards"])
READ = "standards:read"


class Type(Schema):
    code: str
    name: str
    category: str
    limit_value: int | None = None
    limit_unit: str


class Types(Schema):
    types: list[Type]


@router.get("/types", response={200: Types, **REFUSALS}, url_name="types", summary="Types of problems in force")
@calls("standards.view_standards", right=READ)
def types(request: CallRequest) -> HttpResponse:
    found = selectors.types_by_code().values()
    return answer({"types": [{name: getattr(each, name) for name in Type.model_fields} for each in found]})
