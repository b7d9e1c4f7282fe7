"""Appeals at any stage and meetings, made by the real verbs."""

from datetime import datetime, timedelta
from itertools import count
from typing import Any

from tests.factories import people, places
from wenming.foundation.people.acting import Acting
from wenming.foundation.people.enums import Role, UnitKind
from wenming.foundation.people.models import Unit
from wenming.kernel import clock
from wenming.programmes.appeals import services
from wenming.programmes.appeals.enums import Action, SaidBy, Source
from wenming.programmes.appeals.models import Appeal, Meeting
from wenming.programmes.appeals.services import AppealDraft, Ask, MeetingDraft

_numbers = count(1)


class Cast:
    """The people around one appeal: who hears it, who assigns it, who handles it, who looks."""

    def __init__(self, *, county: int = people.COUNTY, town: int = people.TOWN) -> None:
        self.town = town
        self.street: Unit = people.make_unit(kind=UnitKind.STREET, region_code=town)
        self.community: Unit = people.make_unit(kind=UnitKind.COMMUNITY, region_code=town + 1)
        self.bureau: Unit = people.make_unit(kind=UnitKind.DEPARTMENT, region_code=people.CITY)
        self.county: Acting = people.make_acting(Role.COUNTY, region_code=county)
        self.liaison: Acting = people.make_acting(Role.LIAISON, unit=self.street)
        self.neighbour: Acting = people.make_acting(Role.LIAISON, unit=self.community)
        self.official: Acting = people.make_acting(Role.LIAISON, unit=self.bureau)
        self.office: Acting = people.make_acting(Role.OFFICE)


def draft(cast: Cast, **more: Any) -> AppealDraft:
    return AppealDraft(
        **{
            "text": f"楼道灯不亮 {next(_numbers)}",
            "source": Source.VISIT,
            "raised_at": clock.now() - timedelta(minutes=5),
            "region_code": places.VILLAGE if cast.town == people.TOWN else cast.town,
            **more,
        }
    )


def make_appeal(cast: Cast, **more: Any) -> Appeal:
    return services.raise_appeal(cast.county, draft(cast, **more))


def ask(appeal: Appeal, action: Action, **more: Any) -> Ask:
    return Ask(appeal=appeal.public_id, action=action, **more)


STAGES = (Action.ASSIGN, Action.SIGN, Action.ANSWER, Action.SAY_SOLVED, Action.CLOSE)


def bring_to(cast: Cast, appeal: Appeal, last: Action, *, at: datetime | None = None) -> Appeal:
    """Carries the appeal along the straight way up to and including `last`; the street handles it."""
    for action in STAGES[: STAGES.index(last) + 1]:
        more: dict[str, Any] = {
            Action.ASSIGN: {"unit": cast.street},
            Action.ANSWER: {"answer": "已换灯。"},
            Action.SAY_SOLVED: {"said_by": SaidBy.RESIDENT},
        }.get(action, {})
        by = cast.liaison if action in (Action.SIGN, Action.ANSWER) else cast.county
        appeal = services.perform_one(by, ask(appeal, action, **more), at=at)
    return appeal


def make_meeting(acting: Acting, *units: Unit, **more: Any) -> Meeting:
    values = {"topic": f"创建征求意见会 {next(_numbers)}", "held_on": clock.local(clock.now()).date(), **more}
    return services.record_meeting(acting, MeetingDraft(units=units, **values))
