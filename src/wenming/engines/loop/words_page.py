"""What the office calls the states, actions and stages of a flow: seen before it is saved, and taken back."""

from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from wenming.engines.loop import flow as flows
from wenming.engines.loop import wording
from wenming.engines.loop.flow import Flow
from wenming.engines.loop.wording import Term, Words
from wenming.foundation.people.doors import StaffRequest, staff
from wenming.foundation.people.selectors import names_of
from wenming.foundation.revisions.selectors import history
from wenming.kernel.errors import DomainError
from wenming.kernel.ui.forms import PlainForm
from wenming.kernel.ui.query import whole_number

HISTORY_MAX: Final = 20
NOTE_CHARS_MAX: Final = 200
KINDS: Final[dict[str, Promise]] = {
    wording.STATE: gettext_lazy("状态"),
    wording.ACTION: gettext_lazy("动作"),
    wording.STAGE: gettext_lazy("环节"),
}


class WordsForm(PlainForm):
    """One field for each word and language; an empty one leaves the word as the software brings it."""

    note = forms.CharField(label=gettext_lazy("依据"), max_length=NOTE_CHARS_MAX, required=False)
    expected = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any, *, terms: list[Term], number: int) -> None:
        super().__init__(data, initial={"expected": number})
        self.terms = terms
        for term in terms:
            for language, name in settings.LANGUAGES:
                self.fields[_field(term, language)] = forms.CharField(
                    label=name,
                    required=False,
                    max_length=wording.WORD_CHARS_MAX,
                    initial=term.own[language],
                    widget=forms.TextInput(
                        attrs={"class": "input", "placeholder": term.house[language], "autocomplete": "off"}
                    ),
                )

    def groups(self) -> list[tuple[Promise, list[tuple[Term, list[Any]]]]]:
        return [
            (
                label,
                [
                    (term, [self[_field(term, language)] for language, _name in settings.LANGUAGES])
                    for term in self.terms
                    if term.kind == kind
                ],
            )
            for kind, label in KINDS.items()
        ]

    def words(self) -> Words:
        given = self.cleaned_data
        return {
            language: {term.key: word for term in self.terms if (word := given[_field(term, language)].strip())}
            for language, _name in settings.LANGUAGES
        }


@dataclass(frozen=True, slots=True)
class Change:
    """One word in one language, as it was said and as it will be."""

    kind: str | Promise
    language: str
    before: str
    after: str


@require_http_methods(["GET", "HEAD", "POST"])
@staff("loop.set_words")
def words(request: StaffRequest, name: str) -> HttpResponse:
    """A POST shows what would read otherwise; with `save` it is said everywhere."""
    flow = flows.named(name)
    rows = list(history(wording.KIND, flow.name)[: HISTORY_MAX + 1])
    held, number = rows[0].body if rows else {}, rows[0].number if rows else 0
    form = WordsForm(request.POST or None, terms=wording.terms(flow, held), number=number)
    error: DomainError | None = None
    changes: list[Change] | None = None
    status = 200
    if request.method == "POST" and not form.is_valid():
        status = 400
    elif request.method == "POST":
        try:
            if "save" in request.POST:
                given = form.cleaned_data
                by = request.acting.actor
                wording.set_words(flow, form.words(), note=given["note"], expected=given["expected"], by=by)
                messages.success(request, _("已保存，一分钟内各处都改用新词。"))
                return redirect("loop:words", flow.name)
            wording.check(flow, form.words())
            changes = _changes(flow, held, form.words())
        except DomainError as refusal:
            error, status = refusal, refusal.status
    context = {"flow": flow, "form": form, "error": error, "changes": changes, "number": number}
    languages = [name for _code, name in settings.LANGUAGES]
    shown = {**context, "languages": languages, "kept": _kept(flow, rows)}
    return render(request, "loop/words.html", shown, status=status)


@require_POST
@staff("loop.set_words")
def restore(request: StaffRequest, name: str) -> HttpResponse:
    flow = flows.named(name)
    number, expected = (whole_number(request.POST.get(field)) for field in ("number", "expected"))
    wording.restore_words(flow, number, expected=expected, by=request.acting.actor)
    messages.success(request, _("已恢复，一分钟内各处都改用恢复的词。"))
    return redirect("loop:words", flow.name)


def _changes(flow: Flow, before: Words, after: Words) -> list[Change]:
    old, new = wording.terms(flow, before), wording.terms(flow, after)
    return [
        Change(KINDS[one.kind], name, said, will)
        for one, other in zip(old, new, strict=True)
        for language, name in settings.LANGUAGES
        if (said := one.own[language] or one.house[language]) != (will := other.own[language] or other.house[language])
    ]


def _kept(flow: Flow, rows: list[Any]) -> list[dict[str, Any]]:
    """Each revision with what it changed; the one before the oldest shown is read only to compare with."""
    units = names_of(row.unit_id for row in rows if row.unit_id is not None)
    former = [*rows, None][1:]
    kept = [
        {
            "revision": row,
            "unit": units.get(row.unit_id or 0, ""),
            "changes": _changes(flow, old.body if old else {}, row.body),
        }
        for row, old in zip(rows, former, strict=True)
    ]
    return kept[:HISTORY_MAX]


def _field(term: Term, language: str) -> str:
    return f"{term.kind}-{term.code}-{language}"
