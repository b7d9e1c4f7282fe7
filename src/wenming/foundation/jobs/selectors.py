"""Reads of jobs: everybody sees what they themselves asked for."""

from uuid import UUID

from django.db.models import QuerySet

from wenming.foundation.jobs.errors import JobNotThere
from wenming.foundation.jobs.models import Job
from wenming.foundation.people.acting import Acting


def jobs_of(acting: Acting) -> QuerySet[Job]:
    """To be paged in the order ("-id",)."""
    actor = acting.actor
    return Job.objects.filter(actor_kind=actor.kind, actor_id=actor.id).select_related("file")


def job(acting: Acting, public_id: UUID | str) -> Job:
    """Raises JobNotThere, also for somebody else's."""
    found = jobs_of(acting).filter(public_id=public_id).first()
    if found is None:
        raise JobNotThere
    return found
