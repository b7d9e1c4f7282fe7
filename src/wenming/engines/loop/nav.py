"""What the loop lets an office set up."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from wenming.foundation.people import permissions
from wenming.kernel.ui import setup


def _is_visible(request: HttpRequest) -> bool:
    return permissions.can(getattr(request, "acting", None), "loop.override_days")


def _may_word(request: HttpRequest) -> bool:
    return permissions.can(getattr(request, "acting", None), "loop.set_words")


SETUP = setup.SetupEntry(
    key="loop.calendar",
    label=_("工作日历"),
    text=_("哪几天上班、哪几天休息；时限跟着重新计算。"),
    url_name="loop:calendar",
    icon="calendar",
    order=200,
    is_visible=_is_visible,
)
WORDS_SETUP = setup.SetupEntry(
    key="loop.words",
    label=_("用词"),
    text=_("状态、动作、环节在本地怎么叫；代码和数字不变。"),
    url_name="loop:flows",
    icon="edit",
    order=260,
    is_visible=_may_word,
)
