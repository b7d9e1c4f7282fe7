"""The verbs of appeals and meetings, each in its set form; one appeal is a set of one."""

from wenming.programmes.appeals.services.acts import Ask, perform, perform_one
from wenming.programmes.appeals.services.meetings import (
    MeetingDraft,
    correct_attendance,
    record_meeting,
    take_meeting,
)
from wenming.programmes.appeals.services.raising import (
    AppealDraft,
    raise_appeal,
    raise_appeals,
)
from wenming.programmes.appeals.services.told import TOLD_MAX, Told, ToldStep, take_told

__all__ = [
    "TOLD_MAX",
    "AppealDraft",
    "Ask",
    "MeetingDraft",
    "Told",
    "ToldStep",
    "correct_attendance",
    "perform",
    "perform_one",
    "raise_appeal",
    "raise_appeals",
    "record_meeting",
    "take_meeting",
    "take_told",
]
