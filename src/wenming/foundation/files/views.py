"""The two doors to a stored file."""

from http import HTTPStatus
from uuid import UUID

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import quote_etag
from django.views.decorators.http import require_safe
from rules import permissions

from wenming.foundation.audit import services as audit
from wenming.foundation.files import access, selectors
from wenming.foundation.files.errors import FileNotThere
from wenming.kernel.errors import NotSignedIn, Refused

CACHE_PUBLISHED = "private, max-age=86400"
OPEN_DOCUMENT = "files.open_document"
SIZES = frozenset({"", selectors.THUMBNAIL})


@require_safe
def published(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """A photo as published. Whoever may not see it learns nothing, not even that it is there."""
    size = request.GET.get("size", "")
    stored = selectors.file(public_id)
    if size not in SIZES or not access.may_see(request, stored):
        raise FileNotThere
    path = selectors.published_path(stored, size=size)
    etag = quote_etag(f"{stored.sha256_published}{size}")
    response: HttpResponseBase | None = get_conditional_response(request, etag=etag)
    if response is None or response.status_code != HTTPStatus.NOT_MODIFIED:
        # Small by construction: a published copy has PUBLISHED_EDGE_PX at most.
        response = HttpResponse(path.read_bytes(), content_type="image/jpeg")
        response["Content-Disposition"] = f'inline; filename="{public_id}.jpg"'
        response["X-Content-Type-Options"] = "nosniff"
    response["ETag"] = etag
    response["Cache-Control"] = CACHE_PUBLISHED
    patch_vary_headers(response, ["Cookie"])
    return response


@require_safe
def document(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """A document as received, always as a download; who read what is on record."""
    acting = getattr(request, "acting", None)
    if acting is None:
        raise NotSignedIn
    if not permissions.has_perm(OPEN_DOCUMENT, acting):  # type: ignore[no-untyped-call]
        raise Refused
    stored = selectors.file(public_id)
    if stored.is_photo:
        raise FileNotThere
    path = selectors.received_path(stored)
    audit.record(by=acting.actor, action=OPEN_DOCUMENT, kind="file", key=stored.public_id)
    response = FileResponse(path.open("rb"), as_attachment=True, filename=stored.name, content_type=stored.content_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


# For the test that goes through every door: `doors.staff` lies above this app.
document.permission = OPEN_DOCUMENT  # type: ignore[attr-defined]
