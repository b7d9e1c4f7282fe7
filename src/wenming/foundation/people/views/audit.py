"""The audit log: read, taken along with a reason, and proved."""

import csv
import io
import json
from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from wenming.foundation.audit import selectors as records
from wenming.foundation.audit import services as audit
from wenming.foundation.audit.selectors import RecordFilters
from wenming.foundation.people import selectors
from wenming.foundation.people.doors import StaffRequest, staff
from wenming.foundation.people.errors import ReasonMissing
from wenming.kernel import clock
from wenming.kernel.paging import page

ORDER: Final = ("-id",)
TEXT_CHARACTERS_MAX: Final = 64
EXPORT_ROWS_MAX: Final = 10_000
REASON_CHARACTERS_MAX: Final = 500
COLUMNS: Final = ("id", "at", "actor", "unit_id", "address", "action", "object", "before", "after")


@require_safe
@staff("people.read_audit")
def listing(request: StaffRequest) -> HttpResponse:
    filters = _filters(request.GET)
    listed = page(records.find_records(filters), order=ORDER, cursor=request.GET.get("cursor"))
    names = selectors.user_names(row.actor_id for row in listed.rows if row.actor_kind == "user")
    context = {
        "page": listed,
        "rows": [{"record": row, "actor": names.get(row.actor_id, row.actor_id)} for row in listed.rows],
        "asked": {
            name: request.GET.get(name, "") for name in ("actor", "action", "kind", "key", "address", "on", "to")
        },
        "is_narrowed": filters != RecordFilters(),
        "query": request.GET.urlencode(),
    }
    return render(request, "people/audit.html", context)


@require_POST
@staff("people.read_audit")
def export(request: StaffRequest) -> HttpResponse:
    """The newest EXPORT_ROWS_MAX of what the page shows; that it was taken, and why, is itself on record."""
    reason = request.POST.get("reason", "").strip()[:REASON_CHARACTERS_MAX]
    if not reason:
        raise ReasonMissing
    rows = list(records.find_records(_filters(request.GET)).order_by("-pk")[:EXPORT_ROWS_MAX])
    audit.record(
        by=request.acting.actor, action="audit.export", kind="audit", key="", after={"rows": len(rows), "why": reason}
    )
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for row in rows:
        before, after = (json.dumps(each, ensure_ascii=False) if each else "" for each in (row.before, row.after))
        who, what = f"{row.actor_kind} {row.actor_id}", f"{row.object_kind} {row.object_key}"
        cells = [row.pk, clock.local(row.recorded_at).isoformat(), who, row.unit_id or "", row.address, row.action]
        writer.writerow([_plain(str(cell)) for cell in (*cells, what, before, after)])
    response = HttpResponse(text.getvalue().encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="audit.csv"'
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
@staff("people.read_audit")
def verify(request: StaffRequest) -> HttpResponse:
    audit.seal()
    found = audit.verify()
    audit.record(
        by=request.acting.actor,
        action="audit.verify",
        kind="audit",
        key="",
        after={"checked": found.checked, "faults": len(found.faults)},
    )
    if found.faults:
        text = _("查了 {checked} 条，有 {faults} 处对不上：{first}")
        messages.error(
            request, text.format(checked=found.checked, faults=len(found.faults), first="；".join(found.faults[:3]))
        )
    else:
        messages.success(request, _("查了 {checked} 条，全部对得上。").format(checked=found.checked))
    return redirect("people:audit")


def _filters(query: QueryDict) -> RecordFilters:
    """What the address asks for. A value that makes no sense narrows nothing, but a name that nobody has finds nothing."""
    actor = _text(query, "actor")
    until = _midnight(query.get("to", ""))
    return RecordFilters(
        actor_id=selectors.actor_id_of(actor) if actor else "",
        action=_text(query, "action"),
        object_kind=_text(query, "kind"),
        object_key=_text(query, "key"),
        address=_text(query, "address"),
        since=_midnight(query.get("on", "")),
        until=until + timedelta(days=1) if until else None,
    )


def _plain(text: str) -> str:
    """What no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def _text(query: QueryDict, name: str) -> str:
    return query.get(name, "").strip()[:TEXT_CHARACTERS_MAX]


def _midnight(text: str) -> datetime | None:
    try:
        day = parse_date(text)
    except ValueError:
        return None
    return datetime.combine(day, time(), ZoneInfo(settings.TIME_ZONE)) if day else None
