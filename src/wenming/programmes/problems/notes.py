"""Who is told when a problem moves."""

from collections.abc import Sequence
from typing import Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from wenming.foundation.notices import services as notices
from wenming.foundation.notices.services import NoticeDraft
from wenming.foundation.people.enums import UnitKind
from wenming.foundation.people.models import Unit
from wenming.kernel.kept import Kept
from wenming.programmes.problems.enums import Action
from wenming.programmes.problems.models import Problem

_COUNTY_OFFICES: Final = Kept(
    lambda codes: Unit.objects.filter(kind=UnitKind.COUNTY_OFFICE, region_code__in=codes, is_active=True),
    ("id", "region_code"),
    (list[int],),
)
TELLS_LEAD: Final = frozenset(
    {
        Action.DISPATCH,
        Action.REDISPATCH,
        Action.RETURN,
        Action.REMIND,
        Action.SUSPEND,
        Action.RESUME,
        Action.GRANT_EXEMPTION,
        Action.REFUSE_EXEMPTION,
        Action.MERGE,
        Action.CONTEST,
        Action.REOPEN,
        Action.GRANT_EXTENSION,
        Action.REFUSE_EXTENSION,
        Action.REFUSE_HANDBACK,
    }
)
TELLS_COUNTY: Final = frozenset(
    {Action.REPORT_BACK, Action.SELF_HANDLE, Action.ASK_EXTENSION, Action.ASK_HANDBACK, Action.ASK_EXEMPTION}
)


def tell(happened: Sequence[tuple[Action, Problem, str]]) -> None:
    """One notice for each act that somebody else waits for; at most two statements."""
    offices = _county_offices([problem for action, problem, _r in happened if action in TELLS_COUNTY])
    drafts = []
    for action, problem, reason in happened:
        unit_id = problem.lead_id if action in TELLS_LEAD else None
        if action in TELLS_COUNTY:
            unit_id = offices.get(problem.county_code)
        if unit_id is not None:
            drafts.append(_draft(action, problem, reason, unit_id))
    if drafts:
        notices.notify_all(drafts)


def ask_to_explain(problems: Sequence[Problem]) -> None:
    """Tells the lead unit of each that something about its photos is to be explained; at most two statements."""
    drafts = []
    with override("zh-hans"):
        for problem in problems:
            if problem.lead_id is not None:
                title = _("照片请说明：{title}").format(title=problem.title)
                drafts.append(_notice("explain", title, problem.code, problem, problem.lead_id))
    if drafts:
        notices.notify_all(drafts)


def tell_parted(problems: Sequence[Problem]) -> None:
    """Tells the county office of each that it stands by itself again, because what it was merged into is void; at most
    two statements."""
    offices = _county_offices(problems)
    drafts = []
    with override("zh-hans"):
        for problem in problems:
            unit_id = offices.get(problem.county_code)
            if unit_id is not None:
                title = _("并入的那一件已作废，请重新派遣：{title}").format(title=problem.title)
                drafts.append(_notice("parted", title, problem.code, problem, unit_id))
    if drafts:
        notices.notify_all(drafts)


def _county_offices(problems: Sequence[Problem]) -> dict[int | None, int]:
    codes = {problem.county_code for problem in problems if problem.county_code is not None}
    if not codes:
        return {}
    return {code: pk for pk, code in _COUNTY_OFFICES.tuples(sorted(codes))}


def _draft(action: Action, problem: Problem, reason: str, unit_id: int) -> NoticeDraft:
    # Stored for others to read later: in the language of the house, not of whoever acted.
    with override("zh-hans"):
        title = _("{action}：{title}").format(action=action.label, title=problem.title)
        body = " ".join(part for part in (problem.code, reason) if part)
    return _notice(action.value, title, body, problem, unit_id)


def _notice(kind: str, title: str, body: str, problem: Problem, unit_id: int) -> NoticeDraft:
    return NoticeDraft(
        unit_id=unit_id,
        kind=f"problems.{kind}",
        title=title,
        body=body,
        subject_kind="problem",
        subject_key=str(problem.public_id),
        url=reverse("problems:detail", args=[problem.public_id]),
    )
