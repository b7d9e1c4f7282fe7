"""Which rules hold, which are being drafted, and how the two differ."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Final

from wenming.foundation.revisions import selectors as revisions
from wenming.programmes.problems.routing.rules import Rule

KIND: Final = "problems.routing"
IN_FORCE: Final = "in_force"
DRAFT: Final = "draft"
ADDED, CHANGED, MOVED, SAME = "added", "changed", "moved", "same"


@dataclass(frozen=True, slots=True)
class Routing:
    """`draft` is None where nobody is changing anything. The numbers are those of the revisions, 0 before the first."""

    in_force: tuple[Rule, ...]
    in_force_number: int
    draft: tuple[Rule, ...] | None
    draft_number: int

    @property
    def shown(self) -> tuple[Rule, ...]:
        return self.in_force if self.draft is None else self.draft


@dataclass(frozen=True, slots=True)
class Difference:
    """`marks` holds for each rule of the draft, by key, what is new about it."""

    marks: Mapping[str, str]
    removed: Sequence[Rule]

    @property
    def count(self) -> int:
        return sum(1 for mark in self.marks.values() if mark != SAME) + len(self.removed)


def rules_in_force() -> tuple[Rule, ...]:
    """One small statement."""
    return rules_of(revisions.body(KIND, IN_FORCE)) or ()


def routing() -> Routing:
    """Both states; one statement."""
    held = revisions.currents(KIND, [IN_FORCE, DRAFT])
    in_force, draft = held.get(IN_FORCE), held.get(DRAFT)
    return Routing(
        in_force=(rules_of(in_force.body) or ()) if in_force is not None else (),
        in_force_number=in_force.number if in_force is not None else 0,
        draft=rules_of(draft.body) if draft is not None else None,
        draft_number=draft.number if draft is not None else 0,
    )


def rules_of(body: Any) -> tuple[Rule, ...] | None:
    """None where the body holds no rules: a draft that was put in force or given up."""
    if body is None or body["rules"] is None:
        return None
    return tuple(Rule.of_body(each) for each in body["rules"])


def body_of(rules: Sequence[Rule] | None) -> dict[str, Any]:
    return {"rules": None if rules is None else [rule.as_body() for rule in rules]}


def difference(before: Sequence[Rule], after: Sequence[Rule]) -> Difference:
    """A rule that only stands elsewhere has moved; of two that changed places one has."""
    old = {rule.key: rule for rule in before}
    new = {rule.key: rule for rule in after}
    was = [key for key in old if key in new]
    becomes = [key for key in new if key in old]
    blocks = SequenceMatcher(a=was, b=becomes, autojunk=False).get_matching_blocks()
    stayed = {key for block in blocks for key in becomes[block.b : block.b + block.size]}
    marks = {}
    for rule in after:
        if rule.key not in old:
            marks[rule.key] = ADDED
        elif rule != old[rule.key]:
            marks[rule.key] = CHANGED
        else:
            marks[rule.key] = SAME if rule.key in stayed else MOVED
    return Difference(marks, [rule for rule in before if rule.key not in new])
