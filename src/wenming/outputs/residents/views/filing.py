"""Reporting a problem: a photo, where, what, sent. No account, no cookie; without scripts all but the map works."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from wenming.foundation.files import access
from wenming.foundation.files import services as files
from wenming.foundation.places import selectors as places
from wenming.kernel import clock
from wenming.kernel.actors import Actor, ActorKind
from wenming.kernel.errors import DomainError
from wenming.kernel.ui.strangers import tail_of
from wenming.outputs.residents import challenge, guard, words
from wenming.outputs.residents.doors import page, resident
from wenming.outputs.residents.errors import NotShown
from wenming.outputs.residents.forms import TEXT_CHARS_MAX, ReportForm, types_on_offer
from wenming.programmes.problems import public, services
from wenming.programmes.problems.models import Problem, ProblemJoin, Publication
from wenming.programmes.standards.models import ProblemType

PHOTOS_MAX: Final = 6
SAME_WITHIN: Final = timedelta(days=30)
FREQUENT_MAX: Final = 8
OUTLINES: Final = "?level=county"


@dataclass(frozen=True, slots=True)
class Category:
    name: str
    types: tuple[ProblemType, ...]


@resident("GET", "HEAD", "POST")
def report(request: HttpRequest) -> HttpResponse:
    types = types_on_offer()
    tree = places.region_tree()
    if request.method != "POST":
        return _form_page(request, ReportForm(None, types=types, tree=tree))
    form = ReportForm(request.POST, types=types, tree=tree, has_photos=bool(request.FILES.getlist("photos")))
    key = request.POST.get("key", "")[:80]
    before = public.reported_with(key) or public.joined_with(key)
    if before is not None:
        return _receipt(request, before)
    if request.POST.get("join"):
        return _join(request, form)
    if not form.is_valid():
        return _form_page(request, form, status=400)
    try:
        problem = _file(request, form)
    except DomainError as error:
        # The other of two that came at once may have been filed meanwhile.
        before = public.reported_with(form.cleaned_data["key"])
        return _receipt(request, before) if before else _form_page(request, form, error=error, status=error.status)
    return _receipt(request, problem)


def _file(request: HttpRequest, form: ReportForm) -> Problem:
    """Photos are stored only for who may file, and what is filed takes the answer to the challenge along."""
    admitted = guard.admit(form.cleaned_data["proof"])
    drafts = files.photo_drafts(request.FILES.getlist("photos")[:PHOTOS_MAX], meta=request.POST.get("photos_meta", ""))
    # One report and no person: whoever sends two is not known to be the same.
    by = Actor(ActorKind.RESIDENT, form.cleaned_data["key"])
    photos = files.receive_photos(drafts, by=by)
    with transaction.atomic():
        admitted.spend()
        return services.report_problem(replace(form.draft(), photos=tuple(photos)), by=by)


@resident("GET", "HEAD")
def near(request: HttpRequest) -> HttpResponse:
    """A fragment: published open problems nearby that may be the same."""
    lat, lon = _degrees(request.GET.get("lat", "")), _degrees(request.GET.get("lon", ""))
    found: list[Publication] = []
    if lat is not None and lon is not None:
        code = request.GET.get("type", "")[:20]
        found = public.near(type_code=code, lat=lat, lon=lon, since=clock.now() - SAME_WITHIN)
    photos = public.photos_shown(found) if found else {}
    rows = [
        {
            "publication": each,
            "standing": words.standing_of(each.problem),
            "thumb": access.published_url(photos[each.pk][0].file, size="thumb") if each.pk in photos else "",
        }
        for each in found
    ]
    return page(request, "residents/_near.html", {"rows": rows})


def _join(request: HttpRequest, form: ReportForm) -> HttpResponse:
    """“Me too” instead of a second case: nothing else of the form counts but its key and its answer."""
    form.is_valid()
    key = form.cleaned_data.get("key", "")
    try:
        publication = public.publication_of(UUID(request.POST["join"]))
    except ValueError:
        publication = None
    try:
        if publication is None or not key:
            raise NotShown
        admitted = guard.admit(form.cleaned_data.get("proof", ""))
        with transaction.atomic():
            admitted.spend()
            joined = services.join_problem(publication, key=key)
    except DomainError as error:
        return _form_page(request, form, error=error, status=error.status)
    return _receipt(request, joined)


def _degrees(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if -180 <= value <= 180 else None


def _receipt(request: HttpRequest, problem: Problem | ProblemJoin) -> HttpResponse:
    address = reverse("residents:progress", args=[problem.tracking_code])
    return redirect(f"{address}{tail_of(request, done='1')}")


def _form_page(
    request: HttpRequest, form: ReportForm, *, error: DomainError | None = None, status: int = 200
) -> HttpResponse:
    chosen = form["type"].value() or ""
    context = {
        "form": form,
        "error": error,
        "chosen": chosen,
        "frequent": _frequent(form.types, chosen),
        "categories": _categories(form.types),
        "geojson_url": reverse("places:regions_geojson") + OUTLINES,
        "photos_max": PHOTOS_MAX,
        "text_max": TEXT_CHARS_MAX,
        "challenge": challenge.make(),
    }
    return page(request, "residents/report.html", context, status=status)


def _frequent(types: dict[str, ProblemType], chosen: str) -> list[ProblemType]:
    """What is met most, as far as the catalogue still has it; where nothing was filed yet, how the catalogue begins.
    What is chosen stays in sight."""
    codes = public.frequent_types(FREQUENT_MAX) if types else []
    met = [types[code] for code in codes if code in types]
    first = [*met, *(each for each in types.values() if each not in met)][:FREQUENT_MAX]
    if chosen in types and types[chosen] not in first:
        first.append(types[chosen])
    return first


def _categories(types: dict[str, ProblemType]) -> list[Category]:
    found: dict[str, list[ProblemType]] = {}
    for each in types.values():
        found.setdefault(each.category, []).append(each)
    return [Category(name, tuple(rows)) for name, rows in found.items()]
