"""The API of an installation: who calls, which operations there are, and one shape for every refusal."""

from typing import Any, Final

import orjson
from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.openapi.docs import Swagger
from ninja.parser import Parser
from ninja.renderers import BaseRenderer
from ninja.security import APIKeyCookie, HttpBearer

from wenming.config.views import Unavailable
from wenming.engines.loop.api import router as flows
from wenming.engines.metrics.api import router as figures
from wenming.foundation.people.acting import Acting
from wenming.foundation.places.api import router as places
from wenming.kernel.calls import refusal
from wenming.kernel.errors import DomainError, Invalid, NotFound, NotSignedIn, Refused
from wenming.outputs.exchange import keys
from wenming.programmes.problems.api import router as problems
from wenming.programmes.standards.api import router as standards

FIELD_WORDS_MAX: Final = 200


class CallInvalid(Invalid):
    code = "api.invalid"
    status = 422


class NoSuchMethod(DomainError):
    code = "api.not_like_this"
    status = 405


class ByKey(HttpBearer):
    """`Authorization: Bearer wm_…`: the grant that the key was made under, for what it was made for."""

    def authenticate(self, request: HttpRequest, token: str) -> Acting:
        caller = keys.call(token)
        request.acting, request.rights, request.caller = caller.acting, caller.rights, caller.name  # type: ignore[attr-defined]
        return caller.acting


class BySession(APIKeyCookie):
    """The page's own session, with its CSRF token for everything that writes."""

    param_name = settings.SESSION_COOKIE_NAME

    def authenticate(self, request: HttpRequest, key: str | None) -> Acting | None:
        acting: Acting | None = getattr(request, "acting", None)
        if acting is not None:
            request.rights, request.caller = None, f"user:{acting.user_id}"  # type: ignore[attr-defined]
        return acting


class Documents(Parser):
    """Bodies are read by orjson, which refuses what is no JSON of a sane size."""

    def parse_body(self, request: HttpRequest) -> Any:
        return orjson.loads(request.body)


class Renderer(BaseRenderer):
    media_type = "application/json"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> Any:
        return orjson.dumps(data)


api = NinjaAPI(
    title="文明 Wenming",
    version="1",
    urls_namespace="api",
    description="The verbs and reads of the desk for other programs. See docs/api.md.",
    auth=[ByKey(), BySession()],
    docs=Swagger(settings={"persistAuthorization": False, "docExpansion": "none", "defaultModelsExpandDepth": 0}),
    parser=Documents(),
    renderer=Renderer(),
)
api.add_router("/problems", problems)
api.add_router("/figures", figures)
api.add_router("/places", places)
api.add_router("/flows", flows)
api.add_router("/standards", standards)


@api.exception_handler(DomainError)
def refused(request: HttpRequest, error: DomainError) -> HttpResponse:
    return refusal(request, error)


@api.exception_handler(ValidationError)
def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """The place of each fault as a path of names; what was typed is not sent back."""
    fields = {".".join(str(part) for part in each["loc"]): str(each["msg"])[:FIELD_WORDS_MAX] for each in error.errors}
    return refusal(request, CallInvalid(fields=fields))


@api.exception_handler(AuthenticationError)
def unknown_caller(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    return refusal(request, NotSignedIn())


@api.exception_handler(Http404)
def not_there(request: HttpRequest, error: Http404) -> HttpResponse:
    return refusal(request, NotFound())


@api.exception_handler(HttpError)
def http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    known = {403: Refused, 404: NotFound, 405: NoSuchMethod}
    return refusal(request, known.get(error.status_code, Invalid)())


@api.exception_handler(OperationalError)
@api.exception_handler(InterfaceError)
def database_away(request: HttpRequest, error: Exception) -> HttpResponse:
    return refusal(request, Unavailable())
