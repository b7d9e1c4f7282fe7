"""What an office makes its own: settings, Word templates and the names that they may use."""

from typing import Any, Final

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wenming.foundation.files import services as files
from wenming.foundation.people.doors import StaffRequest, staff
from wenming.kernel.errors import DomainError
from wenming.outputs.papers import rendering, selectors, services
from wenming.outputs.papers.enums import Kind
from wenming.outputs.papers.errors import NotATemplate, TemplateNotThere
from wenming.outputs.papers.forms import SettingsForm, TemplateForm
from wenming.outputs.papers.samples import variables_of

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
    """With `try=1` the filled sample comes back as a file and nothing is kept."""
    known = _kind(kind)
    form = TemplateForm(request.POST, request.FILES)
    if not form.is_valid():
        return _templates(request, known, form=form, status=400)
    try:
        data, name = _uploaded(form.cleaned_data["file"])
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
    error: DomainError | None = None,
    status: int = 200,
) -> HttpResponse:
    context: dict[str, Any] = {
        "kind": kind,
        "kinds": Kind.choices,
        "versions": selectors.versions(kind),
        "variables": variables_of(kind),
        "form": form or TemplateForm(),
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
