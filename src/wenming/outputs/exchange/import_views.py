"""Taking in a table on screen: upload, say what each column means, try, take, and see what became of each row."""

from collections.abc import Mapping, Sequence
from itertools import count
from typing import Any, Final
from uuid import UUID

from django import forms
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from xlsxwriter.utility import xl_col_to_name

from wenming.foundation.files import selectors as files
from wenming.foundation.files import services as receiving
from wenming.foundation.files.models import StoredFile
from wenming.foundation.people.doors import StaffRequest, staff
from wenming.kernel.errors import DomainError
from wenming.kernel.ui.forms import PlainForm
from wenming.outputs.exchange import importing
from wenming.outputs.exchange.layouts import Layout
from wenming.outputs.exchange.office.sheets import HEADING_ROWS_MAX, Cells, meant_by, sheets_of, suggest, text_of
from wenming.outputs.exchange.office.tables import OfficeTable, table_for, tables_for
from wenming.outputs.exchange.results import ERRORS_SHOWN_MAX

SAMPLE_ROWS: Final = 5
SAMPLE_CHARS: Final = 40
FIELD: Final = "field-"


class UploadForm(PlainForm):
    kind = forms.ChoiceField(label=_("导入什么"), widget=forms.RadioSelect)
    file = forms.FileField(label=_("表格"), help_text=_(".xlsx 或 .csv，最多 20 MB、5 万行。"))

    def __init__(self, *args: Any, tables: Sequence[OfficeTable]) -> None:
        super().__init__(*args)
        field = self.fields["kind"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(table.kind, table.label) for table in tables]


@require_http_methods(["GET", "HEAD", "POST"])
@staff("exchange.import")
def start(request: StaffRequest) -> HttpResponse:
    """The upload is kept as it came; a file that is no table is refused before."""
    acting, error = request.acting, None
    tables = tables_for(acting)
    form = UploadForm(request.POST or None, request.FILES or None, tables=tables)
    if request.method == "POST" and form.is_valid():
        try:
            draft = receiving.document_draft(form.cleaned_data["file"])
            sheets_of(draft.data)
            stored = receiving.receive_document(data=draft.data, name=draft.name, by=acting.actor)
            return redirect(f"{reverse('exchange:arrange', args=[stored.public_id])}?kind={form.cleaned_data['kind']}")
        except DomainError as refusal:
            error = refusal
    status = error.status if error else 400 if form.errors else 200
    return render(request, "exchange/imports.html", {"form": form, "error": error, "tables": tables}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@staff("exchange.import")
def arrange(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Which sheet, which heading, which column is what; a POST asks for the trial. Raises UnknownKind."""
    acting, error = request.acting, None
    table = table_for(acting, request.GET.get("kind", ""))
    stored = importing.own_file(acting, public_id)
    sheets = sheets_of(files.open_received(stored))
    layout = _asked(request.GET, sheets, table)
    if request.method == "POST":
        layout = Layout(layout.sheet, layout.heading_row, _places(request.POST, table))
        try:
            run_id = importing.ask_to_try(acting, table, stored, layout)
            return redirect("exchange:run", public_id=run_id)
        except DomainError as refusal:
            error = refusal
    context = {"error": error, "table": table, "stored": stored, **_shown(sheets, layout, table)}
    return render(request, "exchange/arrange.html", context, status=error.status if error else 200)


@require_safe
@staff("exchange.import")
def run(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """How far it is, and what became of the rows; the page asks for itself again while it is under way."""
    job = importing.run_of(request.acting, public_id)
    table = table_for(request.acting, job.args["kind"])
    stored = importing.own_file(request.acting, UUID(job.args["file"]))
    context = {
        "job": job,
        "run": public_id,
        "table": table,
        "stored": stored,
        "is_trial": job.args["try"],
        "result": job.result,
        "arrange_url": _arrange_url(stored, table),
        "target_url": _target_url(table, job.result),
        "most": importing.ERRORS_KEPT_MAX,
        "in_file": ERRORS_SHOWN_MAX,
    }
    response = render(request, "exchange/run.html", context)
    response["Cache-Control"] = "no-store"
    return response


@require_POST
@staff("exchange.import")
def take(request: StaffRequest, public_id: UUID) -> HttpResponse:
    return redirect("exchange:run", public_id=importing.ask_to_take(request.acting, public_id))


def _asked(query: QueryDict, sheets: Mapping[str, Sequence[Cells]], table: OfficeTable) -> Layout:
    """As the address says; otherwise as the headings suggest."""
    names = list(sheets)
    sheet, row = query.get("sheet", ""), query.get("row", "")
    if not (sheet.isdecimal() and len(sheet) < 4 and int(sheet) < len(names)):
        return suggest(sheets, table.columns)
    name = names[int(sheet)]
    if not (row.isdecimal() and len(row) < 4 and 0 < int(row) <= len(sheets[name])):
        return suggest({name: sheets[name]}, table.columns)
    return Layout(name, int(row), meant_by(sheets[name][int(row) - 1], table.columns))


def _places(posted: QueryDict, table: OfficeTable) -> dict[str, int]:
    chosen = {name: posted.get(f"{FIELD}{name}", "") for name in table.columns}
    return {name: int(at) for name, at in chosen.items() if at.isdecimal() and len(at) < 5}


def _shown(sheets: Mapping[str, list[Cells]], layout: Layout, table: OfficeTable) -> dict[str, Any]:
    rows = sheets.get(layout.sheet, [])
    heading = rows[layout.heading_row - 1] if len(rows) >= layout.heading_row else []
    sample = rows[layout.heading_row : layout.heading_row + SAMPLE_ROWS]
    columns = [(str(at), _column(at, cell)) for at, cell in zip(count(), heading, strict=False)]
    return {
        "sheets": [
            (str(number), name or _("（没有工作表）"), name == layout.sheet) for number, name in enumerate(sheets)
        ],
        "heading_rows": range(1, min(len(rows), HEADING_ROWS_MAX) + 1),
        "layout": layout,
        "columns": columns,
        "row_count": max(0, len(rows) - layout.heading_row),
        "fields": [
            {
                "name": f"{FIELD}{name}",
                "label": headings[0],
                "is_required": name in table.required,
                "chosen": str(layout.places.get(name, "")),
                "sample": _sample(sample, layout.places.get(name)),
            }
            for name, headings in table.columns.items()
        ],
    }


def _column(at: int, cell: Any) -> str:
    return f"{xl_col_to_name(at)}  {text_of(cell)[:SAMPLE_CHARS]}".strip()


def _sample(rows: Sequence[Cells], at: int | None) -> str:
    """The first thing that stands in the column."""
    found = (text_of(row[at]) for row in rows if at is not None and at < len(row))
    return next((text[:SAMPLE_CHARS] for text in found if text), "")


def _arrange_url(stored: StoredFile, table: OfficeTable) -> str:
    return f"{reverse('exchange:arrange', args=[stored.public_id])}?kind={table.kind}"


def _target_url(table: OfficeTable, result: Mapping[str, Any]) -> str:
    """What was taken in; of cases with a reservation those."""
    url = reverse(table.url_name)
    return f"{url}?state=all&unlocated=1" if table.kind == "problems" and result.get("unlocated") else url
