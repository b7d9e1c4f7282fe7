"""States that every programme shares. A state of a flow has its own label, tone and icon and needs nothing here."""

from dataclasses import dataclass
from typing import Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

TONES = ("todo", "doing", "near", "late", "done", "back")


class StateLike(Protocol):
    @property
    def label(self) -> str | Promise: ...
    @property
    def tone(self) -> str: ...
    @property
    def icon(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Badge:
    """`tone` is one of TONES, `icon` a name in the sprite."""

    label: str | Promise
    tone: str = "todo"
    icon: str = "status"


COMMON = {
    "todo": Badge(_("待办"), "todo", "status"),
    "doing": Badge(_("处理中"), "doing", "doing"),
    "near": Badge(_("临期"), "near", "clock"),
    "late": Badge(_("超期"), "late", "late"),
    "done": Badge(_("已办结"), "done", "done"),
    "back": Badge(_("退回"), "back", "return"),
    "recurred": Badge(_("反弹"), "back", "repeat"),
    "paused": Badge(_("挂账"), "todo", "pause"),
    "void": Badge(_("已作废"), "todo", "void"),
    "draft": Badge(_("草稿"), "todo", "edit"),
    "pending": Badge(_("待核实"), "todo", "help"),
    "missing": Badge(_("缺依据"), "near", "warning"),
    "declared": Badge(_("已申报"), "doing", "link"),
    "computed": Badge(_("已计算"), "done", "done"),
}


def find(state: StateLike | str) -> StateLike:
    """Raises KeyError for a word that is not in COMMON."""
    return COMMON[state] if isinstance(state, str) else state
