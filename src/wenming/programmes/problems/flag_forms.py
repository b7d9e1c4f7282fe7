"""The words that answer a question about photos."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from wenming.kernel.ui.forms import PlainForm
from wenming.programmes.problems.enums import FlagPart, Verdict
from wenming.programmes.problems.models import FLAG_TEXT_CHARS_MAX


class FlagForm(PlainForm):
    """What the unit explains, or the reason that a reviewer writes."""

    text = forms.CharField(max_length=FLAG_TEXT_CHARS_MAX, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, data: Any = None, *, part: FlagPart) -> None:
        super().__init__(data, auto_id=f"flag-{part.value}-%s")
        self.part = part
        self.fields["text"].label = _("说明") if part == FlagPart.TOLD else _("原因")
        self.fields["text"].error_messages["required"] = _("请写明原因。")


class LookForm(FlagForm):
    """The second look; why not is asked where it does not accept the reason."""

    verdict = forms.ChoiceField(label=_("看过以后"), choices=Verdict.choices, widget=forms.RadioSelect)
    field_order = ("verdict", "text")

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, part=FlagPart.LOOK)
        self.fields["text"].label = _("为什么")
        self.fields["text"].required = False
        self.fields["text"].help_text = _("说不清的要写明")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("verdict") == Verdict.NOT_ACCEPTED and not cleaned.get("text", "").strip():
            self.add_error("text", _("请写明哪里说不清。"))
        return cleaned


def form_of(part: FlagPart, data: Any = None) -> FlagForm:
    return LookForm(data) if part == FlagPart.LOOK else FlagForm(data, part=part)
