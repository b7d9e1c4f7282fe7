"""Forms that say what is missing in our own words."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

CHOOSING = (forms.ChoiceField, forms.ModelChoiceField)


class PlainForm(forms.Form):
    """A form whose empty required fields say 请填写 or 请选择. The label stands before the words in the summary."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            # A message that the form itself gave is kept.
            if field.error_messages.get("required") == forms.Field.default_error_messages["required"]:
                field.error_messages["required"] = _required(field)


def _required(field: forms.Field) -> Any:
    if isinstance(field, forms.FileField):
        return _("请选一个文件。")
    return _("请选择。") if isinstance(field, CHOOSING) else _("请填写。")
