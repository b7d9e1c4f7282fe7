"""One line in the log and one observation in the counters for every request."""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from django.db import connection
from django.http import HttpRequest, HttpResponse
from prometheus_client import Counter, Histogram

from wenming.config.logs import route_of
from wenming.kernel.ids import uuid7

HEADER: Final = "X-Request-ID"
QUIET: Final = ("/-/", "/static/")
SLOW_MS: Final = 1000
log = logging.getLogger("wenming.requests")

REQUESTS = Counter("wenming_requests", "Requests answered", ["route", "method", "status"])
SECONDS = Histogram(
    "wenming_request_seconds",
    "Time to the first byte of an answer",
    ["route"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)
# Anything may stand where a method belongs; a counter for each would have no end.
METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Count:
    """How many statements a request cost."""

    def __init__(self) -> None:
        self.queries = 0

    def __call__(self, execute: Callable[..., Any], sql: Any, params: Any, many: Any, context: Any) -> Any:
        self.queries += 1
        return execute(sql, params, many, context)


def observe(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Outermost of all: it sees every answer, also that of a middleware which refused."""

    def middleware(request: HttpRequest) -> HttpResponse:
        request_id = uuid7().hex
        request.request_id = request_id  # type: ignore[attr-defined]
        since = time.perf_counter()
        with _counted() as count:
            response = get_response(request)
        seconds = time.perf_counter() - since
        response[HEADER] = request_id
        _tell(request, response, seconds=seconds, queries=count.queries)
        return response

    return middleware


@contextmanager
def _counted() -> Iterator[Count]:
    count = Count()
    with connection.execute_wrapper(count):
        yield count


def _tell(request: HttpRequest, response: HttpResponse, *, seconds: float, queries: int) -> None:
    route = route_of(request)
    method = request.method if request.method in METHODS else "other"
    REQUESTS.labels(route, method, str(response.status_code)).inc()
    SECONDS.labels(route).observe(seconds)
    if request.path.startswith(QUIET):
        return
    ms = round(seconds * 1000, 1)
    level = logging.WARNING if response.status_code >= 500 or ms >= SLOW_MS else logging.INFO
    acting = getattr(request, "acting", None)
    log.log(
        level,
        "request",
        extra={
            "request_id": request.request_id,  # type: ignore[attr-defined]
            "route": route,
            "method": method,
            "status": response.status_code,
            "ms": ms,
            "queries": queries,
            "role": acting.role if acting is not None else "",
        },
    )
