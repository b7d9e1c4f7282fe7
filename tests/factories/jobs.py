"""Jobs of a kind that only tests know, done by whatever handler the test gives."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from wenming.foundation.jobs import registry, services
from wenming.foundation.jobs.models import Job
from wenming.foundation.jobs.registry import Handler, Progress, Result
from wenming.kernel.actors import SYSTEM, Actor

KIND = "tests.job"
_doing: list[Handler] = []


def _do(args: Mapping[str, Any], progress: Progress) -> Result | None:
    return _doing[-1](args, progress) if _doing else None


registry.register(KIND, _do)


@contextmanager
def done_by(handler: Handler) -> Iterator[None]:
    """Within the block jobs of KIND are done by `handler`."""
    _doing.append(handler)
    try:
        yield
    finally:
        _doing.pop()


def make_job(*, by: Actor = SYSTEM, key: str = "", title: str = "", args: Mapping[str, Any] | None = None) -> Job:
    return services.enqueue(kind=KIND, args=args or {}, by=by, key=key, title=title)
