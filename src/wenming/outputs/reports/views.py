"""Periods, the report of one period with the panel of a figure, its export, and the check of a report that came back."""

import tempfile
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from django.core.files.uploadedfile import TemporaryUploadedFile
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wenming.engines.metrics import selectors as metrics
from wenming.foundation.files import selectors as files
from wenming.foundation.jobs.models import Job
from wenming.foundation.people import permissions
from wenming.foundation.people.doors import StaffRequest, staff
from wenming.kernel import clock
from wenming.kernel.errors import DomainError
from wenming.kernel.periods import Period
from wenming.outputs.reports import (
    areas,
    pages,
    printing,
    provenance,
    selectors,
    services,
    signing,
    templating,
    writing,
)
from wenming.outputs.reports.errors import NoReportFile, ReportFileTooLarge
from wenming.outputs.reports.models import BECAUSE_CHARACTERS_MAX, Edition
from wenming.outputs.reports.moments import end_of_day
from wenming.outputs.reports.pages import Asked
from wenming.outputs.reports.spans import Reading, Span

YEARS_SHOWN: Final = 3
ISSUES_SHOWN: Final = 10
EDITIONS_SHOWN: Final = 20
ISSUES_BESIDE: Final = 5
UPLOAD_BYTES_MAX: Final = 20 * 1024 * 1024
DOCX: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@require_safe
@staff("reports.view")
def home(request: StaffRequest) -> HttpResponse:
    """The years with how complete each is, other periods by their label, and what was issued."""
    wanted, where = request.GET.get("period", "").strip(), request.GET.get("region", "").strip()
    error: DomainError | None = None
    if wanted:
        try:
            return redirect(Asked(Period.parse(wanted), areas.find(where), "", "", None, None).url())
        except DomainError as refusal:
            error = refusal
    this_year = clock.local(clock.now()).year
    periods = [Period.parse(str(year)) for year in range(this_year, this_year - YEARS_SHOWN, -1)]
    issues = list(selectors.issues()[:ISSUES_SHOWN])
    editions = list(selectors.editions()[:EDITIONS_SHOWN])
    names = areas.names_of({*(one.region_code for one in issues), *(one.region_code for one in editions)})
    context = {
        "years": [_year(period) for period in periods],
        "issues": [(one, names.get(one.region_code, one.region_code)) for one in issues],
        "editions": [(one, names.get(one.region_code, one.region_code)) for one in editions],
        "regions": areas.choices(),
        "region": where,
        "wanted": wanted,
        "error": error,
        "can_verify": permissions.can(request.acting, "reports.verify"),
        "can_sign": permissions.can(request.acting, "reports.sign"),
    }
    return render(request, "reports/home.html", context)


@require_safe
@staff("reports.view")
def report(request: StaffRequest, period: str) -> HttpResponse:
    asked = _asked(period, request.GET)
    outline = selectors.outline(period=asked.period, region=asked.region, as_of=asked.as_of, cutoff=asked.cutoff)
    chosen = request.GET.get("figure", "")
    span = _span(asked, request.GET)
    parts = pages.parts_of(outline, asked, chosen=f"{chosen}#{span.label}")
    form = templating.template(outline.template)
    context = {
        "asked": asked,
        "outline": outline,
        "title_lines": outline.title.split("\n"),
        "bar": pages.bar_of(outline.completeness),
        "parts": parts,
        "missing": [
            pages.panel_of(value, asked, form=form, reading=outline.reading, span=asked.span)
            for value in outline.missing()
        ],
        "panel": _panel(chosen, asked, span) if chosen else None,
        "issues": selectors.issues(asked.period, asked.region)[:ISSUES_BESIDE],
        "regions": areas.choices(),
        **_rights(request),
    }
    return render(request, "reports/report.html", context)


@require_safe
@staff("reports.view")
def panel(request: StaffRequest, period: str, key: str) -> HttpResponse:
    asked = _asked(period, request.GET)
    found = _panel(key, asked, _span(asked, request.GET))
    return render(request, "reports/_panel.html", {"panel": found, "asked": asked, **_rights(request)})


@require_POST
@staff("reports.build")
def export(request: StaffRequest, period: str) -> HttpResponse:
    """Issues the report and sends it as Word; as PDF it is made in the background, and the page shows how far it is."""
    asked = _asked(period, request.POST)
    with tempfile.TemporaryDirectory(prefix="wenming-report-") as folder:
        out = Path(folder) / "report.docx"
        built = services.build_report(
            period=asked.period,
            out=out,
            by=request.acting.actor,
            region=asked.region,
            as_of=asked.as_of,
            cutoff=asked.cutoff,
        )
        data = out.read_bytes()
    if request.POST.get("form") == "pdf":
        return _to_job(printing.ask_pdf(issue_id=built.issue.pk, by=request.acting.actor))
    name = built.outline.title.replace("\n", "")
    response = HttpResponse(data, content_type=DOCX)
    response["Content-Disposition"] = _attachment(f"{name}.docx")
    response["Cache-Control"] = "private, no-store"
    return response


@require_http_methods(["GET", "POST"])
@staff("reports.verify")
def verify(request: StaffRequest) -> HttpResponse:
    context: dict[str, Any] = {}
    if request.method == "POST":
        try:
            context = _verified(request)
        except DomainError as error:
            context = {"error": error}
    status = context["error"].status if "error" in context else 200
    return render(request, "reports/verify.html", context, status=status)


@require_http_methods(["GET", "POST"])
@staff("reports.sign")
def sign(request: StaffRequest, issue_id: int) -> HttpResponse:
    """What is signed and, from the second edition on, why it corrects the one before."""
    issue = selectors.issue(issue_id)
    before = selectors.newest_edition(issue)
    context: dict[str, Any] = {
        "issue": issue,
        "where": areas.names_of([issue.region_code]).get(issue.region_code, issue.region_code),
        "before": before,
        "limit": BECAUSE_CHARACTERS_MAX,
    }
    if request.method == "POST":
        context["because"] = request.POST.get("because", "")
        try:
            made = signing.sign_report(issue_id=issue_id, because=context["because"], by=request.acting.actor)
            return redirect("reports:edition", public_id=made.public_id)
        except DomainError as error:
            context["error"] = error
    status = context["error"].status if "error" in context else 200
    return render(request, "reports/sign.html", context, status=status)


@require_POST
@staff("reports.build")
def issue_pdf(request: StaffRequest, issue_id: int) -> HttpResponse:
    """The PDF of what was exported or signed, made in the background."""
    return _to_job(printing.ask_pdf(issue_id=issue_id, by=request.acting.actor))


@require_safe
@staff("reports.view")
def edition(request: StaffRequest, public_id: UUID) -> HttpResponse:
    found = selectors.edition(public_id)
    figures = selectors.figures_of(found)
    said = pages.span_words({one.period for one in figures})
    names = areas.names_of([found.region_code])
    context = {
        "edition": found,
        "where": names.get(found.region_code, found.region_code),
        "later": Edition.objects.filter(corrects=found).first(),
        "figures": [(one, said[one.period]) for one in figures if one.source != "missing"],
        "missing": [one for one in figures if one.source == "missing"],
        **_rights(request),
    }
    return render(request, "reports/edition.html", context)


@require_safe
@staff("reports.view")
def edition_file(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """The very file that was signed."""
    found = selectors.edition(public_id)
    response = HttpResponse(files.open_received(found.file), content_type=DOCX)
    response["Content-Disposition"] = _attachment(found.file.name)
    response["Cache-Control"] = "private, no-store"
    return response


@require_safe
@staff("reports.view")
def edition_prov(request: StaffRequest, public_id: UUID) -> HttpResponse:
    found = selectors.edition(public_id)
    response = JsonResponse(provenance.of_edition(found, selectors.figures_of(found)))
    response["Content-Disposition"] = _attachment(f"{found.period}-{found.number}.prov.json")
    return response


def _to_job(job: Job) -> HttpResponse:
    return redirect("jobs:detail", public_id=job.public_id)


def _rights(request: StaffRequest) -> dict[str, bool]:
    return {
        "can_build": permissions.can(request.acting, "reports.build"),
        "can_verify": permissions.can(request.acting, "reports.verify"),
        "can_sign": permissions.can(request.acting, "reports.sign"),
        "can_declare": permissions.can(request.acting, "metrics.declare_figure"),
    }


def _verified(request: HttpRequest) -> dict[str, Any]:
    upload = request.FILES.get("file")
    # The settings keep every upload on the disk, so that a large one never fills the memory.
    if not isinstance(upload, TemporaryUploadedFile):
        raise NoReportFile(fields={"file": NoReportFile.message})
    if (upload.size or 0) > UPLOAD_BYTES_MAX:
        raise ReportFileTooLarge(megabytes=UPLOAD_BYTES_MAX // 1024 // 1024)
    checked = services.verify_report(path=Path(upload.temporary_file_path()))
    found = checked.verification
    tone, words = pages.MANIFESTS.get(found.manifest, ("", ""))
    return {
        "name": upload.name,
        "checked": checked,
        "found": found,
        "rows": pages.differences(checked),
        "manifest_tone": tone,
        "manifest_words": words,
        "total": len(checked.manifest.entries),
    }


def _year(period: Period) -> dict[str, Any]:
    outline = selectors.outline(period=period)
    return {
        "period": period,
        "title": outline.title.replace("\n", ""),
        "bar": pages.bar_of(outline.completeness),
        "parts": pages.parts_of_year(period.year),
    }


def _panel(key: str, asked: Asked, span: Span) -> pages.Panel:
    form = templating.template(writing.name_of(asked.period, asked.region))
    reading = Reading(asked.period, asked.region, asked.as_of, asked.cutoff, is_at_end=form.is_periodical)
    value = metrics.figure(key, as_of=asked.as_of, **reading.of(span))
    return pages.panel_of(value, asked, form=form, reading=reading, span=span)


def _span(asked: Asked, query: QueryDict) -> Span:
    """Of which of the figures of this key the panel tells: the report's own, or another one that stands in it."""
    label = query.get("span", "")
    return Span.parse(label) if label else asked.span


def _asked(period: str, query: QueryDict) -> Asked:
    """Raises BadPeriod, BadMoment, NoSuchRegion."""
    as_of_on, cutoff_on = query.get("as_of", "").strip(), query.get("cutoff", "").strip()
    region = areas.find(query.get("region", ""))
    return Asked(Period.parse(period), region, as_of_on, cutoff_on, end_of_day(as_of_on), end_of_day(cutoff_on))


def _attachment(name: str) -> str:
    return content_disposition_header(as_attachment=True, filename=name) or "attachment"
