"""Reads of notices: each session sees what is addressed to its person or to the unit that it works in."""

from django.db.models import Q, QuerySet

from wenming.foundation.notices.models import Notice
from wenming.foundation.people.acting import Acting
from wenming.kernel.paging import Count, capped_count

UNREAD_CAP = 99


def addressed_to(acting: Acting) -> QuerySet[Notice]:
    return Notice.objects.filter(Q(user_id=acting.user_id) | Q(unit_id=acting.unit_id))


def inbox(acting: Acting) -> QuerySet[Notice]:
    """To be paged in the order ("-id",)."""
    return addressed_to(acting)


def unread_count(acting: Acting) -> Count:
    """One query, which stops at UNREAD_CAP."""
    return capped_count(addressed_to(acting).filter(read_at__isnull=True), cap=UNREAD_CAP)
