"""What the machine that watches this one may ask: how many requests, how much waits, is the worker alive?"""

import os
import time
from collections.abc import Iterable
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from wenming.foundation.audit import context
from wenming.kernel.errors import NotFound

BEAT: Final = "worker.beat"
MULTIPROCESS: Final = "PROMETHEUS_MULTIPROC_DIR"
# Waiting rows are counted to here and no further: what watches wants to know that it is much, not how much.
WAITING_MAX: Final = 10_000
WAITING: Final = {
    "jobs": ("jobs_job", "state = 'queued'"),
    "notices": ("notices_outbox", "delivered_at IS NULL AND given_up_at IS NULL"),
    "audit": ("audit_auditrecord", "id > (SELECT COALESCE(MAX(last_id), 0) FROM audit_auditseal)"),
}


def beat() -> None:
    """The worker says that it is alive."""
    place = settings.HOME / BEAT
    place.touch()
    os.utime(place)


def beat_age_seconds() -> float | None:
    """Since the worker last said so; None where it never did."""
    try:
        return max(0.0, time.time() - (settings.HOME / BEAT).stat().st_mtime)
    except OSError:
        return None


class _Installation(Collector):
    """Read at the moment of asking, so that two server processes tell the same."""

    def collect(self) -> Iterable[GaugeMetricFamily]:
        waiting = GaugeMetricFamily("wenming_waiting", "Rows that wait, at most 10,000", labels=["what"])
        with connection.cursor() as cursor:
            for name, (table, condition) in WAITING.items():
                cursor.execute(f"SELECT count(*) FROM (SELECT 1 FROM {table} WHERE {condition} LIMIT {WAITING_MAX}) t")  # noqa: S608 - our own words
                waiting.add_metric([name], cursor.fetchone()[0])
        yield waiting
        yield GaugeMetricFamily("wenming_database_bytes", "Size of the database", value=_database_bytes())
        age = beat_age_seconds()
        yield GaugeMetricFamily(
            "wenming_worker_age_seconds", "Since the worker's last round; -1: never", value=-1 if age is None else age
        )


def _database_bytes() -> int:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_database_size(current_database())")
            return int(cursor.fetchone()[0])
    place = Path(settings.DATABASES["default"]["NAME"])
    return place.stat().st_size if place.exists() else 0


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """In Prometheus' text format, for this machine or for whoever brings WENMING_METRICS_TOKEN; to others it is not there."""
    if not _may_watch(request):
        raise NotFound
    registry: Any = REGISTRY
    if MULTIPROCESS in os.environ:
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    own = CollectorRegistry()
    own.register(_Installation())
    return HttpResponse(generate_latest(registry) + generate_latest(own), content_type=CONTENT_TYPE_LATEST)


def _may_watch(request: HttpRequest) -> bool:
    token = settings.METRICS_TOKEN
    if token:
        return constant_time_compare(request.headers.get("Authorization", ""), f"Bearer {token}")
    try:
        address = ip_address(context.address())
    except ValueError:
        return False
    # A proxy on this machine that does not say for whom it asks would let everybody in.
    return address.is_loopback and not settings.IS_PRODUCTION
