"""Who is told when an appeal moves."""

from collections.abc import Sequence
from typing import Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from wenming.foundation.notices import services as notices
from wenming.foundation.notices.services import NoticeDraft
from wenming.foundation.people.enums import UnitKind
from wenming.foundation.people.models import Unit
from wenming.programmes.appeals.enums import Action
from wenming.programmes.appeals.models import Appeal

TELLS_LEAD: Final = frozenset({Action.ASSIGN, Action.SAY_UNSOLVED, Action.REOPEN})
TELLS_COUNTY: Final = frozenset({Action.HAND_BACK, Action.ANSWER})


def tell(happened: Sequence[tuple[Action, Appeal, str]]) -> None:
    """One notice for each act that somebody else waits for; at most two statements."""
    codes = {appeal.county_code for action, appeal, _r in happened if action in TELLS_COUNTY}
    offices: dict[int | None, int] = {}
    if codes:
        found = Unit.objects.filter(kind=UnitKind.COUNTY_OFFICE, region_code__in=codes, is_active=True)
        offices = {code: pk for pk, code in found.values_list("pk", "region_code")}
    drafts = []
    for action, appeal, reason in happened:
        unit_id = appeal.lead_id if action in TELLS_LEAD else None
        if action in TELLS_COUNTY:
            unit_id = offices.get(appeal.county_code)
        if unit_id is not None:
            drafts.append(_draft(action, appeal, reason, unit_id))
    if drafts:
        notices.notify_all(drafts)


def _draft(action: Action, appeal: Appeal, reason: str, unit_id: int) -> NoticeDraft:
    # Stored for others to read later: in the language of the house, not of whoever acted. What the resident said is
    # not copied: a notice may leave the house.
    with override("zh-hans"):
        title = _("诉求{action}：{code}").format(action=action.label, code=appeal.code)
    return NoticeDraft(
        unit_id=unit_id,
        kind=f"appeals.{action.value}",
        title=title,
        body=reason,
        subject_kind="appeal",
        subject_key=str(appeal.public_id),
        url=reverse("appeals:detail", args=[appeal.public_id]),
    )
