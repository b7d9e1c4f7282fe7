"""A problem of the city and all that is kept of it."""

from wenming.programmes.problems.models.desk import (
    VIEW_NAME_CHARS_MAX,
    VIEW_QUERY_CHARS_MAX,
    DeadlineDigest,
    SavedView,
)
from wenming.programmes.problems.models.facts import ProblemFact
from wenming.programmes.problems.models.flags import (
    FLAG_TEXT_CHARS_MAX,
    PERMILLE,
    AnswerComparison,
    PhotoFlag,
    PhotoFlagAnswer,
)
from wenming.programmes.problems.models.joining import ProblemJoin
from wenming.programmes.problems.models.problem import (
    ADDRESS_CHARS_MAX,
    DESCRIPTION_CHARS_MAX,
    NOT_ENDED,
    TITLE_CHARS_MAX,
    TYPE_NAME_CHARS_MAX,
    Problem,
    ProblemClock,
    ProblemEvent,
    ProblemHelper,
    ProblemNumber,
    ProblemPhoto,
    ReplyLink,
)
from wenming.programmes.problems.models.publication import Publication, PublishedPhoto
from wenming.programmes.problems.models.site import BatchReturn, SiteDraw, SiteVisit
from wenming.programmes.problems.models.types import TypeModel, TypeProposal

__all__ = [
    "ADDRESS_CHARS_MAX",
    "DESCRIPTION_CHARS_MAX",
    "FLAG_TEXT_CHARS_MAX",
    "NOT_ENDED",
    "PERMILLE",
    "TITLE_CHARS_MAX",
    "TYPE_NAME_CHARS_MAX",
    "VIEW_NAME_CHARS_MAX",
    "VIEW_QUERY_CHARS_MAX",
    "AnswerComparison",
    "BatchReturn",
    "DeadlineDigest",
    "PhotoFlag",
    "PhotoFlagAnswer",
    "Problem",
    "ProblemClock",
    "ProblemEvent",
    "ProblemFact",
    "ProblemHelper",
    "ProblemJoin",
    "ProblemNumber",
    "ProblemPhoto",
    "Publication",
    "PublishedPhoto",
    "ReplyLink",
    "SavedView",
    "SiteDraw",
    "SiteVisit",
    "TypeModel",
    "TypeProposal",
]
