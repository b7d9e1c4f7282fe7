"""What I asked for: the list, one with its bar, and what came of it."""

from uuid import UUID

from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from wenming.foundation.audit import services as audit
from wenming.foundation.files import selectors as files
from wenming.foundation.jobs import selectors, services
from wenming.foundation.jobs.errors import JobNotThere
from wenming.foundation.people.doors import StaffRequest, staff
from wenming.kernel.paging import page


@require_safe
@staff("jobs.view")
def listing(request: StaffRequest) -> HttpResponse:
    rows = page(selectors.jobs_of(request.acting), order=("-id",), cursor=request.GET.get("cursor"))
    return render(request, "jobs/list.html", {"page": rows})


@require_safe
@staff("jobs.view")
def detail(request: StaffRequest, public_id: UUID) -> HttpResponse:
    return render(request, "jobs/detail.html", {"job": selectors.job(request.acting, public_id)})


@require_safe
@staff("jobs.view")
def progress(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """The bar alone; while the job is open it asks for itself again."""
    response = render(request, "jobs/_progress.html", {"job": selectors.job(request.acting, public_id)})
    response["Cache-Control"] = "no-store"
    return response


@require_POST
@staff("jobs.view")
def cancel(request: StaffRequest, public_id: UUID) -> HttpResponse:
    job = services.cancel(public_id=public_id, by=request.acting)
    if request.headers.get("HX-Request"):
        return render(request, "jobs/_progress.html", {"job": job})
    return redirect("jobs:detail", public_id=job.public_id)


@require_safe
@staff("jobs.view")
def file(request: StaffRequest, public_id: UUID) -> HttpResponseBase:
    """The file that the job made, to its owner; who read what is on record."""
    stored = selectors.job(request.acting, public_id).file
    if stored is None:
        raise JobNotThere
    path = files.received_path(stored)
    audit.record(by=request.acting.actor, action="jobs.open_file", kind="file", key=stored.public_id)
    response = FileResponse(path.open("rb"), as_attachment=True, filename=stored.name, content_type=stored.content_type)
    response["Cache-Control"] = "private, no-store"
    return response
