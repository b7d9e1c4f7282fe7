"""The verbs of problems, each in its set form; one problem is a set of one."""

from wenming.programmes.problems.services.acts import perform, perform_one
from wenming.programmes.problems.services.amending import Amendment, amend_problems
from wenming.programmes.problems.services.answers import answer_by_link, ask_by_link
from wenming.programmes.problems.services.digests import send_digests
from wenming.programmes.problems.services.filing import (
    ProblemDraft,
    Step,
    advance_problems,
    file_once,
    file_problem,
    file_problems,
)
from wenming.programmes.problems.services.flag_answers import explain, explain_by_link, give_reason, look_again
from wenming.programmes.problems.services.flags import compare_waiting
from wenming.programmes.problems.services.limits import house_limits, restore_limits, set_limits
from wenming.programmes.problems.services.links import give_links, open_link, reply_link, reply_url
from wenming.programmes.problems.services.plans import NOTHING_WAITS, Ask
from wenming.programmes.problems.services.publishing import PhotoChoice, publish, withdraw
from wenming.programmes.problems.services.residents import (
    check_voice,
    confirm_solved,
    contest,
    join_problem,
    report_problem,
    voice_key,
)
from wenming.programmes.problems.services.site import (
    VisitReport,
    announce_draw,
    draw_sample,
    record_visits,
    return_batch,
)

__all__ = [
    "NOTHING_WAITS",
    "Amendment",
    "Ask",
    "PhotoChoice",
    "ProblemDraft",
    "Step",
    "VisitReport",
    "advance_problems",
    "amend_problems",
    "announce_draw",
    "answer_by_link",
    "ask_by_link",
    "check_voice",
    "compare_waiting",
    "confirm_solved",
    "contest",
    "draw_sample",
    "explain",
    "explain_by_link",
    "file_once",
    "file_problem",
    "file_problems",
    "give_links",
    "give_reason",
    "house_limits",
    "join_problem",
    "look_again",
    "open_link",
    "perform",
    "perform_one",
    "publish",
    "record_visits",
    "reply_link",
    "reply_url",
    "report_problem",
    "restore_limits",
    "return_batch",
    "send_digests",
    "set_limits",
    "voice_key",
    "withdraw",
]
