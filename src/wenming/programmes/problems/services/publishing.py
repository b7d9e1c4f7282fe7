"""Showing a problem to everybody, and taking it back. Photos are shown as copies with faces and plates covered by hand."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db import transaction

from wenming.foundation.audit import services as audit
from wenming.foundation.files import services as files
from wenming.foundation.files.models import StoredFile
from wenming.foundation.files.redacting import BOXES_MAX, Box
from wenming.foundation.people import permissions
from wenming.foundation.people.acting import Acting
from wenming.kernel import clock
from wenming.programmes.problems.errors import (
    BadBoxes,
    NotForPublic,
    NothingPublished,
    ProblemNotFound,
    TextMissing,
    TextTooLong,
    TooManyPhotos,
)
from wenming.programmes.problems.models import TITLE_CHARS_MAX, Problem, ProblemPhoto, Publication, PublishedPhoto
from wenming.programmes.problems.models.publication import REASON_CHARS_MAX
from wenming.programmes.problems.public import HIDDEN_STATES

SHOWN_PHOTOS_MAX: Final = 6
PUBLISH: Final = "problems.publish"


@dataclass(frozen=True, slots=True)
class PhotoChoice:
    """A photo of the problem, by its key there, and what of it is covered and cut away."""

    photo_id: int
    boxes: tuple[Box, ...] = ()
    crop: Box | None = None


def publish(acting: Acting, problem: Problem, *, title: str, choices: Sequence[PhotoChoice]) -> Publication:
    """Shows it under the office's own words, in place of what was shown before.

    Raises Refused, NotForPublic, TextMissing, TextTooLong, TooManyPhotos, BadBoxes, ProblemNotFound for a photo of another.
    """
    permissions.require(acting, PUBLISH, problem)
    _check(problem, title, choices)
    known = {photo.pk: photo for photo in problem.photos.select_related("file")}
    if not all(choice.photo_id in known for choice in choices):
        raise ProblemNotFound
    copies = [(known[each.photo_id], _copy(acting, known[each.photo_id], each)) for each in choices]
    with transaction.atomic():
        now = clock.now()
        defaults = {"title": title.strip(), "published_at": now, "withdrawn_at": None, "withdrawal_reason": ""}
        shown, _is_new = Publication.objects.update_or_create(problem=problem, defaults=defaults)
        shown.photos.all().delete()
        PublishedPhoto.objects.bulk_create(
            PublishedPhoto(publication=shown, source=photo.file, file=copy, moment=photo.moment)
            for photo, copy in copies
        )
        told = {"title": shown.title, "photos": [str(copy.public_id) for _photo, copy in copies]}
        audit.record(by=acting.actor, action=PUBLISH, kind="problem", key=problem.public_id, after=told)
    return shown


def _copy(acting: Acting, photo: ProblemPhoto, choice: PhotoChoice) -> StoredFile:
    return files.receive_covered(photo.file, choice.boxes, choice.crop, by=acting.actor)


def withdraw(acting: Acting, problem: Problem, *, reason: str) -> Publication:
    """Raises Refused, TextMissing, TextTooLong, NothingPublished."""
    permissions.require(acting, PUBLISH, problem)
    _check_text("reason", reason, REASON_CHARS_MAX)
    with transaction.atomic():
        shown = Publication.objects.select_for_update(no_key=True).filter(problem=problem).first()
        if shown is None or shown.withdrawn_at is not None:
            raise NothingPublished
        shown.withdrawn_at, shown.withdrawal_reason = clock.now(), reason.strip()
        shown.save(update_fields=["withdrawn_at", "withdrawal_reason"])
        told = {"reason": shown.withdrawal_reason}
        audit.record(by=acting.actor, action="problems.withdraw", kind="problem", key=problem.public_id, after=told)
    return shown


def _check(problem: Problem, title: str, choices: Sequence[PhotoChoice]) -> None:
    if problem.state in HIDDEN_STATES:
        raise NotForPublic
    _check_text("title", title, TITLE_CHARS_MAX)
    if len(choices) > SHOWN_PHOTOS_MAX:
        raise TooManyPhotos(most=SHOWN_PHOTOS_MAX)
    if any(len(choice.boxes) > BOXES_MAX for choice in choices):
        raise BadBoxes(most=BOXES_MAX)


def _check_text(name: str, text: str, most: int) -> None:
    if not text.strip():
        raise TextMissing(fields={name: TextMissing.message})
    if len(text) > most:
        raise TextTooLong(most=most, fields={name: str(TextTooLong(most=most))})
