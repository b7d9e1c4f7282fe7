"""The file of a paper, to who may read it; who read what is on record."""

from django.http import FileResponse, HttpResponseBase

from wenming.foundation.audit import services as audit
from wenming.foundation.files import selectors as files
from wenming.foundation.files.models import StoredFile
from wenming.foundation.people.doors import StaffRequest
from wenming.outputs.papers.models import Paper


def sent(request: StaffRequest, paper: Paper, stored: StoredFile, *, as_attachment: bool) -> HttpResponseBase:
    path = files.received_path(stored)
    audit.record(by=request.acting.actor, action="papers.open", kind="paper", key=paper.public_id)
    response = FileResponse(
        path.open("rb"), as_attachment=as_attachment, filename=stored.name, content_type=stored.content_type
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
