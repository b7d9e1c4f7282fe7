"""What an office makes its own: settings, Word templates and the names that they may use."""

from typing import Any, Final
from uuid import UUID

from csp.constants import SELF
from csp.decorators import csp_replace
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wenming.foundation.files import services as files
from wenming.foundation.jobs import selectors as jobs
from wenming.foundation.jobs.models import Job
from wenming.foundation.people.doors import StaffRequest, staff
from wenming.kernel.errors import DomainError
from wenming.outputs.papers import rendering, selectors, services
from wenming.outputs.papers.enums import Kind
from wenming.outputs.papers.errors import NotATemplate, PaperNotFound, TemplateNotThere
from wenming.outputs.papers.forms import SettingsForm, TemplateForm, TryForm
from wenming.outputs.papers.models import Paper
from wenming.outputs.papers.samples import variables_of
from wenming.outputs.papers.views.sending import sent

DOCX: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
STARTER: Final = 0


@require_http_methods(["GET", "POST"])
@staff("papers.set_up")
def settings(request: StaffRequest) -> HttpResponse:
    form = SettingsForm(request.POST or None, instance=selectors.settings())
    if request.method == "POST" and form.is_valid():
        services.save_settings(values=form.cleaned_data, by=request.acting)
        return redirect("papers:settings")
    return render(request, "papers/settings.html", {"form": form}, status=400 if form.errors else 200)


@require_safe
@staff("papers.set_up")
def templates(request: StaffRequest) -> HttpResponse:
    return _templates(request, _kind(request.GET.get("kind", Kind.ORDER)))


@require_POST
@staff("papers.set_up")
def add_template(request: StaffRequest, kind: str) -> HttpResponse:
    """With `try=1` nothing is kept: the filled sample comes back as a file, or one of the office's own papers is filled."""
    known = _kind(kind)
    form = TemplateForm(request.POST, request.FILES, papers=selectors.papers_to_try(request.acting, known))
    if not form.is_valid():
        return _templates(request, known, form=form, status=400)
    try:
        data, name = _uploaded(form.cleaned_data["file"])
        paper = form.cleaned_data["paper"]
        if "try" in request.POST and paper:
            job = services.try_upload(kind=known, data=data, name=name, paper=paper, by=request.acting)
            return redirect("papers:tried", public_id=job.public_id)
        if "try" in request.POST:
            return _file(rendering.check(data, known), f"{known.label}-试填.docx")
        note = form.cleaned_data["note"]
        services.add_template(kind=known, data=data, name=name, note=note, by=request.acting)
    except DomainError as error:
        return _templates(request, known, error=error, status=error.status)
    return redirect(f"{reverse('papers:templates')}?kind={known.value}")


@require_POST
@staff("papers.set_up")
def restore_template(request: StaffRequest, kind: str, version: int) -> HttpResponse:
    known = _kind(kind)
    services.restore_template(kind=known, version=version, by=request.acting)
    return redirect(f"{reverse('papers:templates')}?kind={known.value}")


@require_POST
@staff("papers.set_up")
def try_version(request: StaffRequest, kind: str) -> HttpResponse:
    """A kept version with one of the office's own papers."""
    known = _kind(kind)
    papers, versions = selectors.papers_to_try(request.acting, known), selectors.versions(known)
    form = TryForm(request.POST, versions=versions, papers=papers, auto_id="id_try_%s")
    if not form.is_valid():
        return _templates(request, known, trial=form, status=400)
    job = services.try_version(kind=known, by=request.acting, **form.cleaned_data)
    return redirect("papers:tried", public_id=job.public_id)


@require_safe
@staff("papers.set_up")
def tried(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """How far the trial is, and then the filled paper to look at."""
    job, paper = _trial(request, public_id)
    context = {
        "job": job,
        "paper": paper,
        "kind": Kind(paper.kind),
        "is_pdf": job.file and job.file.name.endswith("pdf"),
    }
    return render(request, "papers/tried.html", context)


@require_safe
@xframe_options_sameorigin
@csp_replace({"frame-ancestors": [SELF]})  # type: ignore[arg-type]  # its types know no view with arguments
@staff("papers.set_up")
def tried_file(request: StaffRequest, public_id: UUID) -> HttpResponseBase:
    job, paper = _trial(request, public_id)
    if job.file is None:
        raise PaperNotFound
    return sent(request, paper, job.file, as_attachment="save" in request.GET)


def _trial(request: StaffRequest, public_id: UUID) -> tuple[Job, Paper]:
    """One's own, and only as long as the paper may be read. Raises JobNotThere, PaperNotFound."""
    job = jobs.job(request.acting, public_id)
    if job.kind != services.TRY:
        raise PaperNotFound
    return job, selectors.paper_for(request.acting, job.args["paper"])


@require_safe
@staff("papers.set_up")
def template_file(request: StaffRequest, kind: str, version: int) -> HttpResponse:
    """One version, or with 0 the one that comes with the system; with ?sample=1 filled with an example."""
    known = _kind(kind)
    found = selectors.version_of(known, version) if version != STARTER else None
    data = selectors.template_bytes(found, known)
    if "sample" in request.GET:
        data = rendering.check(data, known)
    return _file(data, f"{known.label}-第{version}版.docx")


def _templates(
    request: StaffRequest,
    kind: Kind,
    *,
    form: TemplateForm | None = None,
    trial: TryForm | None = None,
    error: DomainError | None = None,
    status: int = 200,
) -> HttpResponse:
    papers, versions = selectors.papers_to_try(request.acting, kind), selectors.versions(kind)
    context: dict[str, Any] = {
        "kind": kind,
        "kinds": Kind.choices,
        "versions": versions,
        "variables": variables_of(kind),
        "form": form or TemplateForm(papers=papers),
        "trial": trial or (TryForm(versions=versions, papers=papers, auto_id="id_try_%s") if papers else None),
        "error": error,
    }
    return render(request, "papers/templates.html", context, status=status)


def _kind(text: str) -> Kind:
    if text not in Kind.values:
        raise TemplateNotThere
    return Kind(text)


def _uploaded(upload: "UploadedFile[bytes]") -> tuple[bytes, str]:
    draft = files.document_draft(upload)
    if not draft.data.startswith(b"PK"):
        raise NotATemplate
    return draft.data, draft.name


def _file(data: bytes, name: str) -> HttpResponse:
    response = HttpResponse(data, content_type=DOCX)
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    response["Cache-Control"] = "private, no-store"
    return response
