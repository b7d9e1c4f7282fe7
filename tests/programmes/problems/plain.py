"""What a problem should be after each act, kept as plainly as can be; the machine holds the product to it."""

from dataclasses import dataclass, field
from typing import Any

from wenming.kernel.periods import Period
from wenming.programmes.problems.enums import SiteResult

MONTH = Period.parse("2026-11")
OPEN = ("reported", "filed", "dispatched", "handling", "reported_back")
NOT_REPORTED = OPEN[1:]
CURRENT_US = 9_223_372_036_854_775_807

# action: (sources, target), written once more by hand so that a slip in the flow's table shows.
TABLE = {
    "accept": (("reported",), "filed"),
    "dispatch": (("filed",), "dispatched"),
    "redispatch": (("dispatched", "handling"), "dispatched"),
    "sign": (("dispatched",), "handling"),
    "report_back": (("handling",), "reported_back"),
    "pass_review": (("reported_back",), "reviewed"),
    "return": (("reported_back",), "handling"),
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
WITH_REASON = ("redispatch", "return", "close_unfixed", "ask_extension", "refuse_extension", "ask_handback",
               "refuse_handback", "remind", "unlink", "void")  # fmt: skip
ENDS_LINK = ("redispatch", "grant_handback", "close", "close_unfixed", "void")
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
    reporter: int | None = None
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
        if action in ("report_back", "ask_extension", "ask_handback") and self.pending:
            codes.add("problems.request_pending")
        if action == "report_back" and not (given["photos"] and given["note"].strip()):
            codes.add("loop.evidence_missing")
        if action in PENDING_FOR and self.pending != PENDING_FOR[action]:
            codes.add("problems.no_request_pending")
        if action == "unlink":
            codes.add("problems.no_recurrence")
        if action in ("pass_review", "return", "close") and self.reporter is not None and unit == self.reporter:
            codes.add("loop.same_hands")
        return codes

    def carry_out(self, action: str, given: dict[str, Any], *, unit: int | None) -> None:
        self.actions.append(action)
        self.state = TABLE[action][1] or self.state
        if action in ENDS_LINK:
            self.has_link = False
        if action in ("dispatch", "redispatch"):
            self.lead, self.pending, self.has_link = given["to"], "", True
            self.links_given += 1
        if action == "report_back":
            self.reporter = unit
            self.afters += [file.pk for file in given["photos"]]
        if action in ("ask_extension", "ask_handback"):
            self.pending = action.removeprefix("ask_")
        if action in PENDING_FOR or action in ("void", "close_unfixed"):
            self.pending = ""
        if action == "grant_handback":
            self.lead = None
        self.reworks += action == "return"
        self.extensions += action == "grant_extension"
        self.is_passed = self.is_passed or action == "pass_review"
        self.is_closed_as_fixed = self.is_closed_as_fixed or action == "close"

    @property
    def can_be_drawn(self) -> bool:
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
