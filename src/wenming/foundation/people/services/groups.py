"""Groups of units: who is put in order among whom."""

from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.db.models import Max

from wenming.foundation.audit import services as audit
from wenming.foundation.people import permissions
from wenming.foundation.people.acting import Acting
from wenming.foundation.people.errors import GroupNameTaken
from wenming.foundation.people.models import UnitGroup, UnitGroupMember
from wenming.foundation.people.selectors import UnitBook


def save_group(*, name: str, units: Sequence[str], by: Acting, pk: int | None = None) -> UnitGroup:
    """The group with exactly these units, by code or name; a unit moves here from the group that it was in.

    Raises Refused, UnknownUnit, AmbiguousUnit, GroupNameTaken.
    """
    permissions.require(by, "people.set_groups")
    book = UnitBook()
    members = list(dict.fromkeys(book.find(text).pk for text in units if text.strip()))
    try:
        with transaction.atomic():
            last = UnitGroup.objects.aggregate(last=Max("position"))["last"] or 0
            group = (UnitGroup.objects.filter(pk=pk).first() if pk else None) or UnitGroup(position=last + 1)
            group.name = name
            group.save()
            UnitGroupMember.objects.filter(group=group).delete()
            UnitGroupMember.objects.filter(unit_id__in=members).delete()
            UnitGroupMember.objects.bulk_create([UnitGroupMember(group=group, unit_id=unit) for unit in members])
            after = {"name": name, "units": members}
            audit.record(by=by.actor, action="people.save_group", kind="unit_group", key=group.pk, after=after)
    except IntegrityError as error:
        raise GroupNameTaken(name=name) from error
    return group


def remove_group(*, pk: int, by: Acting) -> None:
    """Raises Refused."""
    permissions.require(by, "people.set_groups")
    with transaction.atomic():
        UnitGroup.objects.filter(pk=pk).delete()
        audit.record(by=by.actor, action="people.remove_group", kind="unit_group", key=pk)
