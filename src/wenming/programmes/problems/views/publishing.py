"""What of a problem everybody may see: the office chooses the words and the photos, and covers faces and plates by hand."""

import re
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from wenming.foundation.files import access
from wenming.foundation.files.redacting import BOXES_MAX, Box
from wenming.foundation.people import permissions
from wenming.foundation.people.doors import StaffRequest, staff
from wenming.kernel.errors import DomainError
from wenming.programmes.problems import selectors, services
from wenming.programmes.problems.errors import BadBoxes
from wenming.programmes.problems.models import TITLE_CHARS_MAX, Problem, Publication
from wenming.programmes.problems.services import PhotoChoice
from wenming.programmes.problems.services.publishing import PUBLISH, SHOWN_PHOTOS_MAX

PERCENT: Final = 10
_LINE: Final = re.compile(
    r"(\d{1,3}(?:\.\d)?)[ ,，]+(\d{1,3}(?:\.\d)?)[ ,，]+(\d{1,3}(?:\.\d)?)[ ,，]+(\d{1,3}(?:\.\d)?)"
)


@require_http_methods(["GET", "HEAD", "POST"])
@staff("problems.publish")
def publish(request: StaffRequest, public_id: UUID) -> HttpResponse:
    problem = selectors.problem_for(request.acting, public_id)
    permissions.require(request.acting, PUBLISH, problem)
    if request.method != "POST":
        return _page(request, problem)
    try:
        choices = [_choice(request, photo_id) for photo_id in _chosen(request)]
        services.publish(request.acting, problem, title=request.POST.get("title", ""), choices=choices)
    except DomainError as error:
        return _page(request, problem, error=error, status=error.status)
    messages.success(request, _("已公开。"))
    return redirect("problems:publish", public_id)


@require_POST
@staff("problems.publish")
def withdraw(request: StaffRequest, public_id: UUID) -> HttpResponse:
    problem = selectors.problem_for(request.acting, public_id)
    try:
        services.withdraw(request.acting, problem, reason=request.POST.get("reason", ""))
    except DomainError as error:
        return _page(request, problem, error=error, status=error.status)
    messages.success(request, _("已撤下。"))
    return redirect("problems:publish", public_id)


def _page(
    request: StaffRequest, problem: Problem, *, error: DomainError | None = None, status: int = 200
) -> HttpResponse:
    shown = Publication.objects.filter(problem=problem).first()
    is_shown = shown is not None and shown.withdrawn_at is None
    posted = request.POST
    chosen = set(_chosen(request))
    photos = [
        {
            "pk": photo.pk,
            "label": photo.get_moment_display(),
            "url": access.published_url(photo.file),
            "is_chosen": photo.pk in chosen,
            "boxes": posted.get(f"boxes-{photo.pk}", ""),
            "crop": posted.get(f"crop-{photo.pk}", ""),
        }
        for photo in selectors.photos_of(problem)
    ]
    context: dict[str, Any] = {
        "problem": problem,
        "publication": shown,
        "is_shown": is_shown,
        "title": posted.get("title") or (shown.title if shown else problem.type_name),
        "title_max": TITLE_CHARS_MAX,
        "photos": photos,
        "photos_max": SHOWN_PHOTOS_MAX,
        "copies": [access.published_url(each.file) for each in shown.photos.select_related("file")] if shown else [],
        "error": error,
    }
    return render(request, "problems/publish.html", context, status=status)


def _chosen(request: StaffRequest) -> list[int]:
    given = request.POST.getlist("photo")[: SHOWN_PHOTOS_MAX + 1]
    return [int(text) for text in given if text.isascii() and text.isdecimal() and len(text) <= 18]


def _choice(request: StaffRequest, photo_id: int) -> PhotoChoice:
    boxes = _boxes(request.POST.get(f"boxes-{photo_id}", ""))
    crop = _boxes(request.POST.get(f"crop-{photo_id}", ""))
    return PhotoChoice(photo_id, tuple(boxes), crop[0] if crop else None)


def _boxes(text: str) -> list[Box]:
    """A line each: left, top, width and height in percent. Raises BadBoxes: what cannot be read covers nothing."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) > BOXES_MAX:
        raise BadBoxes(most=BOXES_MAX)
    found = []
    for line in lines:
        match = _LINE.fullmatch(line)
        numbers = [round(float(each) * PERCENT) for each in match.groups()] if match else []
        if not numbers or max(numbers) > 100 * PERCENT or min(numbers[2:]) == 0:
            raise BadBoxes(most=BOXES_MAX)
        found.append(Box(*numbers))
    return found
