"""The inbox."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from wenming.foundation.notices import selectors, services
from wenming.foundation.people.doors import StaffRequest, staff
from wenming.kernel.paging import page
from wenming.kernel.ui.filters import chip

UNREAD = "unread"
MARK_ROWS_MAX = 100


@require_safe
@staff("notices.view_inbox")
def inbox(request: StaffRequest) -> HttpResponse:
    rows = selectors.inbox(request.acting)
    if request.GET.get("state") == UNREAD:
        rows = rows.filter(read_at__isnull=True)
    context = {
        "page": page(rows, order=("-id",), cursor=request.GET.get("cursor")),
        "unread": selectors.unread_count(request.acting),
        "chips": [chip(request.GET, param="state", label=_("状态"), options=[(UNREAD, _("未读"))])],
    }
    return render(request, "notices/inbox.html", context)


@require_POST
@staff("notices.view_inbox")
def mark_read(request: StaffRequest) -> HttpResponse:
    """Those named by `notice`, or all with `all=1`; then the page that the notice is about, or the inbox."""
    if request.POST.get("all"):
        services.mark_all_read(request.acting)
        return redirect("notices:inbox")
    asked = [each for each in request.POST.getlist("notice")[:MARK_ROWS_MAX] if _is_uuid(each)]
    services.mark_read(request.acting, asked)
    if request.POST.get("open") and len(asked) == 1:
        found = selectors.addressed_to(request.acting).filter(public_id=asked[0]).first()
        if found is not None and found.url:
            return redirect(found.url)
    return redirect("notices:inbox")


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
