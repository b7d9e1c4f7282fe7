"""The document that describes the API is true: whatever it allows is answered as it says, and never with a 5xx."""

import os
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import response_schema_conformance, status_code_conformance

from tests.config.caller import BASE
from tests.factories import people, places, standards
from tests.factories.exchange import make_key
from tests.factories.problems import Cast, bring_to, make_problem
from wenming.config.api import api
from wenming.programmes.problems.enums import Action

pytestmark = pytest.mark.django_db

EXAMPLES = int(os.environ.get("WENMING_API_EXAMPLES", "6"))
CHECKS = [not_a_server_error, status_code_conformance, response_schema_conformance]
EASY = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.filter_too_much]


def document() -> dict[str, Any]:
    return dict(api.get_openapi_schema())


schema = schemathesis.openapi.from_dict(document())


def _closed(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    """As a server does: the answer is closed once it is read, and with it what was uploaded."""
    answer = APPLICATION(environ, start_response)
    try:
        return [b"".join(answer)]
    finally:
        answer.close()


APPLICATION = get_wsgi_application()
schema.app = _closed


@pytest.fixture(autouse=True)
def _one_connection() -> Iterator[None]:
    """A request of its own would close the connection that the test's transaction lives on, as Django's client knows."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def city() -> Any:
    places.make_city()
    standards.make_catalogue()
    places.make_point(region_code=people.TOWN)
    cast = Cast()
    problem = bring_to(cast, make_problem(cast), Action.SIGN)
    return [make_key(acting)[1] for acting in (cast.office, cast.liaison)], problem


@schema.parametrize()
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=EASY, phases=[Phase.generate])
def test_every_operation_answers_as_described(case: Any, city: Any) -> None:
    tokens, problem = city
    for token in tokens:
        # Every other call is about a problem that is there; the rest are about one that is not.
        if "public_id" in case.path_parameters and str(case.path_parameters["public_id"])[0] in "02468ace":
            case.path_parameters["public_id"] = str(problem.public_id)
        response = case.call(headers={"Authorization": f"Bearer {token}"})
        case.validate_response(response, checks=CHECKS)


def test_document_is_openapi_3_1_and_names_every_refusal() -> None:
    found = document()
    assert found["openapi"].startswith("3.1")
    for path, item in found["paths"].items():
        assert path.startswith(BASE)
        for method, operation in item.items():
            assert {"400", "401", "403", "404", "409", "422", "429"} <= {
                str(code) for code in operation["responses"]
            }, (method, path)
