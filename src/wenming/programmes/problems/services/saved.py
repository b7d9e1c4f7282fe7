"""Keeping filters of the list under a name: somebody's own, and the office's for the people of a role."""

from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from wenming.foundation.audit import services as audit
from wenming.foundation.people import permissions
from wenming.foundation.people.acting import Acting
from wenming.foundation.people.enums import Role
from wenming.kernel import clock
from wenming.programmes.problems.errors import TooManyViews, ViewMissing, ViewNameMissing, ViewNameTaken
from wenming.programmes.problems.models import VIEW_NAME_CHARS_MAX, VIEW_QUERY_CHARS_MAX, SavedView

OWN_MAX: Final = 20
SHARED_MAX: Final = 10
"""For each role."""


def views_of(acting: Acting) -> QuerySet[SavedView]:
    """The person's own by name, then those of the role."""
    own = Q(owner_id=acting.user_id)
    return SavedView.objects.filter(own | Q(owner__isnull=True, role=acting.role)).order_by("role", "name", "pk")


def changeable_by(acting: Acting) -> QuerySet[SavedView]:
    """The person's own, and for who shares the shared ones of every role."""
    whose = Q(owner_id=acting.user_id)
    if permissions.can(acting, "problems.share_views"):
        whose |= Q(owner__isnull=True)
    return SavedView.objects.filter(whose).order_by("role", "name", "pk")


def save_view(acting: Acting, *, name: str, query: str) -> SavedView:
    """Under a name that the person has already, the new filters replace the old ones.

    Raises ViewNameMissing, TooManyViews.
    """
    with transaction.atomic():
        return _save(SavedView(owner_id=acting.user_id), name, query, most=OWN_MAX)


def share_view(acting: Acting, *, name: str, query: str, role: Role) -> SavedView:
    """As `save_view`, for everybody of a role. Raises Refused, ViewNameMissing, TooManyViews."""
    permissions.require(acting, "problems.share_views")
    with transaction.atomic():
        view = _save(SavedView(role=role.value), name, query, most=SHARED_MAX)
        _record(acting, "problems.share_view", view)
    return view


def rename_view(acting: Acting, public_id: UUID, *, name: str) -> None:
    """Raises ViewMissing, ViewNameMissing, ViewNameTaken."""
    name = _name(name)
    with transaction.atomic():
        view = _view(acting, public_id)
        view.name = name
        try:
            with transaction.atomic():
                view.save(update_fields=["name"])
        except IntegrityError as error:
            raise ViewNameTaken(name=name) from error
        _record(acting, "problems.rename_view", view)


def remove_view(acting: Acting, public_id: UUID) -> None:
    """Raises ViewMissing."""
    with transaction.atomic():
        view = _view(acting, public_id)
        _record(acting, "problems.remove_view", view)
        view.delete()


def set_start(acting: Acting, public_id: UUID) -> None:
    """The list opens with this one; once more, and it opens with none. Raises ViewMissing."""
    with transaction.atomic():
        view = _view(acting, public_id)
        whose = Q(owner_id=view.owner_id) if view.owner_id is not None else Q(owner__isnull=True, role=view.role)
        is_start = not view.is_start
        SavedView.objects.filter(whose, is_start=True).update(is_start=False)
        SavedView.objects.filter(pk=view.pk).update(is_start=is_start)
        _record(acting, "problems.set_start_view", view)


def _save(made: SavedView, name: str, query: str, *, most: int) -> SavedView:
    name, query = _name(name), query[:VIEW_QUERY_CHARS_MAX]
    whose = SavedView.objects.filter(owner_id=made.owner_id, role=made.role)
    if not whose.filter(name=name).exists() and whose.count() >= most:
        raise TooManyViews(most=most)
    given = {"query": query, "saved_at": clock.now()}
    return whose.update_or_create(owner_id=made.owner_id, role=made.role, name=name, defaults=given)[0]


def _name(text: str) -> str:
    name = text.strip()
    if not name or len(name) > VIEW_NAME_CHARS_MAX:
        raise ViewNameMissing(most=VIEW_NAME_CHARS_MAX)
    return name


def _view(acting: Acting, public_id: UUID) -> SavedView:
    found = changeable_by(acting).select_for_update(of=("self",)).filter(public_id=public_id).first()
    if found is None:
        raise ViewMissing
    return found


def _record(acting: Acting, action: str, view: SavedView) -> None:
    """What one keeps for oneself is nobody else's business."""
    if view.owner_id is None:
        after = {"role": view.role, "name": view.name, "query": view.query}
        audit.record(by=acting.actor, action=action, kind="problems.view", key=view.public_id, after=after)
