"""The filtered list as a file: a reason is asked first, and what was taken is on record."""

from contextlib import ExitStack
from tempfile import TemporaryFile
from typing import Final

from django.http import FileResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from wenming.foundation.audit import services as audit
from wenming.foundation.people.doors import StaffRequest, staff
from wenming.kernel import clock
from wenming.programmes.problems import selectors
from wenming.programmes.problems.errors import TooManyToExport
from wenming.programmes.problems.forms import CSV, XLSX, ExportForm
from wenming.programmes.problems.views import export_files, filtering

EXPORT_ROWS_MAX: Final = 200_000
CHUNK_ROWS: Final = 2_000
WRITERS: Final = {XLSX: export_files.write_xlsx, CSV: export_files.write_csv}
TYPES: Final = {
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    CSV: "text/csv; charset=utf-8",
}


@require_http_methods(["GET", "HEAD", "POST"])
@staff("problems.export")
def export(request: StaffRequest) -> HttpResponseBase:
    """Asks why; then all rows that the address asks for. Raises TooManyToExport, BadPeriod and BadBox."""
    form = ExportForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        return _handed_out(request, form.cleaned_data["format"], form.cleaned_data["reason"])
    query = request.GET.urlencode()
    context = {
        "form": form,
        "count": filtering.rows_of(request.acting, request.GET).order_by().count(),
        "most": EXPORT_ROWS_MAX,
        "words": filtering.words_of(request.acting, request.GET),
        "query": query,
        "back": f"{reverse('problems:list')}?{query}" if query else reverse("problems:list"),
    }
    return render(request, "problems/export.html", context, status=400 if form.is_bound else 200)


def _handed_out(request: StaffRequest, kind: str, reason: str) -> FileResponse:
    """Newest first; the first line says who took them, when and what was asked for, and so does the audit.

    The file is whole before its first byte leaves: what fails half-way is an error, never a short list.
    """
    acting, now = request.acting, clock.now()
    found = filtering.rows_of(acting, request.GET)
    if found.order_by()[: EXPORT_ROWS_MAX + 1].count() > EXPORT_ROWS_MAX:
        raise TooManyToExport(most=EXPORT_ROWS_MAX)
    mark = _("{unit} {name} 于 {time} 导出，内部使用；条件：{words}").format(
        unit=acting.unit_name,
        name=acting.user_name,
        time=f"{clock.local(now):%Y-%m-%d %H:%M}",
        words=filtering.words_of(acting, request.GET),
    )
    rows = found.order_by(*selectors.BY_FOUND).values_list(*export_files.COLUMNS)
    with ExitStack() as stack:
        file = stack.enter_context(TemporaryFile())
        # Outside a transaction, so that others can write meanwhile: one statement sees one state of the rows.
        count = WRITERS[kind](file, rows.iterator(chunk_size=CHUNK_ROWS), mark=mark)
        asked = {name: value for name, value in request.GET.items() if value}
        after = {"rows": count, "filters": asked, "reason": reason, "format": kind}
        audit.record(by=acting.actor, action="problems.export", kind="problems", key="list", after=after)
        file.seek(0)
        # From here on the answer closes it.
        stack.pop_all()
    name = f"{_('问题')}-{clock.local(now):%Y%m%d-%H%M}.{kind}"
    answer = FileResponse(file, as_attachment=True, filename=name, content_type=TYPES[kind])
    answer["Cache-Control"] = "private, no-store"
    return answer
