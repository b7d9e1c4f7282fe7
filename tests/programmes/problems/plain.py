"""What a problem should be after each act, kept as plainly as can be; the machine holds the product to it."""

from dataclasses import dataclass, field
from typing import Any

from wenming.kernel.periods import Period
from wenming.programmes.problems.enums import SiteResult

MONTH = Period.parse("2026-11")
UNFINISHED = ("reported", "filed", "dispatched", "handling", "suspended")
OPEN = (*UNFINISHED, "reported_back")
NOT_REPORTED = OPEN[1:]
ANSWERABLE = ("handling", "suspended", "reported_back", "reviewed", "closed")
CURRENT_US = 9_223_372_036_854_775_807

# action: (sources, target), written once more by hand so that a slip in the flow's table shows.
TABLE = {
    "accept": (("reported",), "filed"),
    "dispatch": (("filed",), "dispatched"),
    "redispatch": (("dispatched", "handling"), "dispatched"),
    "sign": (("dispatched",), "handling"),
    "report_back": (("handling",), "reported_back"),
    "pass_review": (("reported_back",), "reviewed"),
    "self_handle": (("filed",), "reported_back"),
    "return": (("reported_back",), "handling"),
    "return_self": (("reported_back",), "filed"),
    "suspend": (("handling",), "suspended"),
    "resume": (("suspended",), "handling"),
    "ask_exemption": (ANSWERABLE, ""),
    "grant_exemption": (ANSWERABLE, ""),
    "refuse_exemption": (ANSWERABLE, ""),
    "merge": (UNFINISHED, "merged"),
    "unmerge": (("merged",), "filed"),
    "close": (("reviewed",), "closed"),
    "close_unfixed": (NOT_REPORTED, "closed"),
    "void": (OPEN, "void"),
    "ask_extension": (("handling",), ""),
    "grant_extension": (("handling",), ""),
    "refuse_extension": (("handling",), ""),
    "ask_handback": (("dispatched", "handling"), ""),
    "grant_handback": (("dispatched", "handling"), "filed"),
    "refuse_handback": (("dispatched", "handling"), ""),
    "remind": (("dispatched", "handling"), ""),
    "unlink": ((*OPEN, "reviewed", "closed"), ""),
}
BY_HANDLER = ("sign", "report_back", "ask_extension", "ask_handback")
BY_UNIT = (*BY_HANDLER, "ask_exemption")
WITH_REASON = ("redispatch", "return", "return_self", "close_unfixed", "ask_extension", "refuse_extension",
               "ask_handback", "refuse_handback", "suspend", "ask_exemption", "grant_exemption", "refuse_exemption",
               "unmerge", "remind", "unlink", "void")  # fmt: skip
ENDS_LINK = ("redispatch", "grant_handback", "suspend", "close", "close_unfixed", "merge", "void")
ENDS_ALL = ("void", "close_unfixed", "merge")
PENDING_FOR = {"grant_extension": "extension", "refuse_extension": "extension",
               "grant_handback": "handback", "refuse_handback": "handback"}  # fmt: skip
LEADS_ON = {
    "dispatched": ("sign",) * 4,
    "handling": ("report_back",) * 4 + ("ask_extension",) * 2,
    "reported_back": ("pass_review",),
}
WHO = (
    "county",
    "county",
    "office",
    "lead",
    "lead",
    "link",
    "link",
    "bureau",
    "street",
    "stranger",
    "inspector",
    "leader",
)


@dataclass
class Plain:
    """A problem as a list of what happened to it."""

    pk: int
    state: str
    actions: list[str]
    lead: int | None = None
    pending: str = ""
    reworks: int = 0
    extensions: int = 0
    reporters: dict[str, int | None] = field(default_factory=dict)
    is_self_handled: bool = False
    asks_exemption: bool = False
    is_exempted: bool = False
    suspensions: int = 0
    into: "Plain | None" = None
    is_passed: bool = False
    is_closed_as_fixed: bool = False
    site: str = ""
    has_link: bool = False
    links_given: int = 0
    afters: list[int] = field(default_factory=list)

    def refusals(self, action: str, given: dict[str, Any], *, unit: int | None, may: bool) -> set[str]:
        """Every code that would do; none when it must be carried out."""
        if not may:
            return {"problems.not_yours"}
        if action in ("ask_extension", "grant_extension") and not given["value"]:
            return {"problems.extension_too_long"}
        codes = {"loop.changed_meanwhile"} if given["is_stale"] else set()
        if self.state not in TABLE[action][0]:
            codes.add("loop.not_possible_now")
        if action in WITH_REASON and not given["reason"]:
            codes.add("loop.reason_missing")
        if action in ("report_back", "ask_extension", "ask_handback", "suspend") and self.pending:
            codes.add("problems.request_pending")
        if action in ("report_back", "self_handle") and not (given["photos"] and given["note"].strip()):
            codes.add("loop.evidence_missing")
        if action in PENDING_FOR and self.pending != PENDING_FOR[action]:
            codes.add("problems.no_request_pending")
        if action == "unlink":
            codes.add("problems.no_recurrence")
        if action in ("pass_review", "return", "return_self", "close") and unit in self.reporters.values():
            codes.add("loop.same_hands")
        return codes | self.refused_for_what_it_is(action, given)

    def refused_for_what_it_is(self, action: str, given: dict[str, Any]) -> set[str]:
        codes = set()
        if action in ("return", "return_self") and self.is_self_handled != (action == "return_self"):
            codes.add("problems.self_handled" if self.is_self_handled else "problems.not_self_handled")
        if action in ("grant_exemption", "refuse_exemption") and not self.asks_exemption:
            codes.add("problems.no_exemption_asked")
        if action == "ask_exemption":
            codes |= set() if given["is_late"] else {"problems.not_late"}
            codes |= {"problems.exemption_asked"} if self.asks_exemption or self.is_exempted else set()
        other = given["other"]
        if action in ("merge", "void") and other.into is self:
            codes.add("problems.has_merged")
        if action == "merge" and (other.state in ("merged", "void") or given["other_leaves"]):
            codes.add("problems.nothing_to_merge_into")
        return codes

    def carry_out(self, action: str, given: dict[str, Any], *, unit: int | None) -> None:
        self.actions.append(action)
        self.state = TABLE[action][1] or self.state
        if action in ENDS_LINK:
            self.has_link = False
        if action in ("dispatch", "redispatch"):
            self.lead, self.pending, self.has_link = given["to"], "", True
            self.asks_exemption = self.is_exempted = False
            self.links_given += 1
        if action in ("report_back", "self_handle"):
            self.reporters[action] = unit
            self.afters += [file.pk for file in given["photos"]]
        if action in ("ask_extension", "ask_handback"):
            self.pending = action.removeprefix("ask_")
        if action in PENDING_FOR or action in ENDS_ALL:
            self.pending = ""
        if action in ("grant_handback", "unmerge"):
            self.lead, self.asks_exemption, self.is_exempted = None, False, False
        self.reworks += action in ("return", "return_self")
        self.suspensions += action == "suspend"
        self.is_self_handled = action == "self_handle" or (self.is_self_handled and action != "return_self")
        self.into = given["other"] if action == "merge" else None if action == "unmerge" else self.into
        if action == "resume":
            self.has_link = True
            self.links_given += 1
        self.asks_exemption = action == "ask_exemption" or (
            self.asks_exemption and action not in ("grant_exemption", "refuse_exemption", *ENDS_ALL)
        )
        self.is_exempted = self.is_exempted or action == "grant_exemption"
        self.extensions += action == "grant_extension"
        self.is_passed = self.is_passed or action == "pass_review"
        self.is_closed_as_fixed = self.is_closed_as_fixed or action == "close"

    @property
    def can_be_drawn(self) -> bool:
        if self.lead is None:
            return False
        is_fixed = self.state == "reviewed" or (self.state == "closed" and self.is_closed_as_fixed)
        return is_fixed and self.site != "passed"

    def visit(self, result: SiteResult) -> None:
        self.actions.append("site_pass" if result == SiteResult.PASSED else "site_fail")
        self.site = result.value

    def send_back(self) -> None:
        self.actions.append("site_return")
        self.state, self.is_passed, self.is_closed_as_fixed, self.has_link = "handling", False, False, True
        self.reworks += 1
        self.links_given += 1
