"""Filing a problem, at a desk or with a phone."""

from typing import Any, Final

from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from wenming.foundation.files import services as files
from wenming.foundation.files.models import StoredFile
from wenming.foundation.people.doors import StaffRequest, staff
from wenming.foundation.places import selectors as places
from wenming.kernel import ids
from wenming.kernel.errors import DomainError
from wenming.programmes.problems import selectors, services
from wenming.programmes.problems.enums import Action, State
from wenming.programmes.problems.errors import ProblemNotFound
from wenming.programmes.problems.flow import FLOW
from wenming.programmes.problems.forms import IntakeForm
from wenming.programmes.problems.models import Problem
from wenming.programmes.problems.services import Ask, type_models
from wenming.programmes.problems.views import filtering, types

# What the form files is found again by its key, so that a second click files nothing.
SOURCE: Final = "desk"
POINT_OPTIONS_MAX: Final = 20
PHOTOS: Final = "photos"
SELF_PHOTOS: Final = "self_photos"


@require_http_methods(["GET", "POST"])
@staff("problems.file")
def new(request: StaffRequest) -> HttpResponse:
    acting = request.acting
    if request.method == "GET":
        form = IntakeForm(None, acting=acting, initial={"key": ids.uuid7().hex, **_asked(request)})
        return _form_page(request, form)
    handled = request.FILES.getlist(SELF_PHOTOS)
    form = IntakeForm(request.POST, acting=acting, initial={}, self_photo_count=len(handled))
    if not form.is_valid():
        return _form_page(request, form, status=400)
    key = f"{acting.user_id}:{form.cleaned_data['key'] or ids.uuid7().hex}"
    try:
        problem = selectors.by_source_keys(SOURCE, [key]).get(key) or _file(request, form, key)
        if form.is_self_handled and problem.state == State.FILED:
            _handle(request, form, problem)
    except DomainError as error:
        return _form_page(request, form, error=error, status=error.status)
    return redirect(f"{reverse('problems:detail', args=[problem.public_id])}?done=file")


@require_safe
@staff("problems.file")
def duplicates(request: StaffRequest) -> HttpResponse:
    """A fragment: open problems of the same type nearby."""
    query = request.GET
    lat, lon = _degrees(query.get("lat", "")), _degrees(query.get("lon", ""))
    found = selectors.likely_duplicates(
        request.acting,
        type_code=query.get("type", "").strip().split(" ")[0][:20],
        lat=lat,
        lon=lon,
    )
    rows = [{**row, "state": FLOW.states[row["state"]]} for row in found]
    return render(request, "problems/_duplicates.html", {"rows": rows})


@require_safe
@staff("problems.file")
def point_options(request: StaffRequest) -> HttpResponse:
    """A fragment: the points that what was typed may mean."""
    text = request.GET.get("point", "").strip()[:60]
    filters = places.PointFilters(text=text)
    rows = places.find_points(request.acting, filters).order_by("code")[:POINT_OPTIONS_MAX] if text else []
    return render(request, "problems/_point_options.html", {"points": rows})


def _file(request: StaffRequest, form: IntakeForm, key: str) -> Problem:
    draft = form.draft(_photos(request, PHOTOS), source=SOURCE, source_key=key)
    try:
        problem = services.file_problem(request.acting, draft)
    except IntegrityError:
        # The same form came twice at once; the other one was first.
        found = selectors.by_source_keys(SOURCE, [key]).get(key)
        if found is None:
            raise
        return found
    type_models.record_proposal(problem, shown=request.POST.get(types.SHOWN, ""))
    return problem


def _handle(request: StaffRequest, form: IntakeForm, problem: Problem) -> None:
    """By the ordinary verb; a second click finds it done."""
    photos = tuple(_photos(request, SELF_PHOTOS))
    ask = Ask(problem=problem.public_id, action=Action.SELF_HANDLE, photos=photos, note=form.cleaned_data["self_note"])
    services.perform_one(request.acting, ask)


def _photos(request: HttpRequest, name: str) -> list[StoredFile]:
    uploads = request.FILES.getlist(name)
    if not uploads:
        return []
    drafts = files.photo_drafts(uploads, meta=request.POST.get(f"{name}_meta", ""))
    return files.receive_photos(drafts, by=request.acting.actor)  # type: ignore[attr-defined]


def _asked(request: StaffRequest) -> dict[str, Any]:
    """A page of a point opens the form with this point in it."""
    asked = request.GET.get("point", "")
    if not asked:
        return {}
    found = places.points_for(request.acting).filter(code=asked[:40], is_active=True).first()
    if found is None:
        raise ProblemNotFound
    return {"point": f"{found.code} {found.name}", "address": found.address, "lat": found.lat, "lon": found.lon}


def _form_page(
    request: StaffRequest, form: IntakeForm, *, error: DomainError | None = None, status: int = 200
) -> HttpResponse:
    context = {
        "form": form,
        "error": error,
        "types": form.types.values(),
        "geojson_url": filtering.outlines_url(request.acting),
    }
    return render(request, "problems/new.html", context, status=status)


def _degrees(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if -180 <= value <= 180 else None
