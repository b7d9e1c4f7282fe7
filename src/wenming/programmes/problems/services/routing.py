"""Changing the routing rules: in a draft first, then all of it at once, and back again."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from django.db import transaction

from wenming.foundation.people.selectors import units
from wenming.foundation.revisions import services as revisions
from wenming.foundation.revisions.errors import RevisionStale
from wenming.kernel.actors import Actor
from wenming.programmes.problems.errors import NoDraftRules, RuleMissing, RuleProposesNothing, TooManyRules, UnitUnknown
from wenming.programmes.problems.routing.rules import RULES_MAX, Rule
from wenming.programmes.problems.routing.state import DRAFT, IN_FORCE, KIND, body_of, routing

UP: Final = -1
DOWN: Final = 1


def put_rule(*, rule: Rule, position: int, expected: int, by: Actor) -> None:
    """Puts the rule at `position` (from one; beyond the end is the end) of the draft, in place of the one of its key.

    `expected` is the number of the draft that the person saw, 0 for none; for every verb here. Raises
    RuleProposesNothing, TooManyRules, UnitUnknown, RevisionStale.
    """
    if not rule.proposes:
        raise RuleProposesNothing(fields={"side": RuleProposesNothing.message})
    if units().filter(pk__in=rule.unit_ids).count() != len(set(rule.unit_ids)):
        raise UnitUnknown

    def put(rules: list[Rule]) -> list[Rule]:
        others = [each for each in rules if each.key != rule.key]
        at = max(0, position - 1)
        return [*others[:at], rule, *others[at:]]

    _change(put, expected=expected, by=by)


def move_rule(*, key: str, by_places: int, expected: int, by: Actor) -> None:
    """Raises RuleMissing, RevisionStale; at either end it stays where it is."""

    def move(rules: list[Rule]) -> list[Rule]:
        at = _index(rules, key)
        rule = rules.pop(at)
        rules.insert(max(0, at + by_places), rule)
        return rules

    _change(move, expected=expected, by=by)


def switch_rule(*, key: str, expected: int, by: Actor) -> None:
    """Turns a rule on that is off, and off that is on. Raises RuleMissing, RevisionStale."""

    def switch(rules: list[Rule]) -> list[Rule]:
        at = _index(rules, key)
        rules[at] = replace(rules[at], is_on=not rules[at].is_on)
        return rules

    _change(switch, expected=expected, by=by)


def remove_rule(*, key: str, expected: int, by: Actor) -> None:
    """Raises RuleMissing, RevisionStale."""

    def remove(rules: list[Rule]) -> list[Rule]:
        del rules[_index(rules, key)]
        return rules

    _change(remove, expected=expected, by=by)


def give_up_draft(*, expected: int, by: Actor) -> None:
    """Raises NoDraftRules, RevisionStale."""
    if routing().draft is None:
        raise NoDraftRules
    revisions.save(kind=KIND, key=DRAFT, body=body_of(None), by=by, expected=expected)


def put_draft_in_force(*, expected_draft: int, expected_in_force: int, note: str, by: Actor) -> int:
    """From now on the rules of the draft propose; answers the number of the revision. Raises NoDraftRules, RevisionStale where either was changed since."""
    held = routing()
    if held.draft is None:
        raise NoDraftRules
    if held.draft_number != expected_draft:
        raise RevisionStale(number=held.draft_number)
    saved = revisions.save_all(
        kind=KIND,
        bodies={IN_FORCE: body_of(held.draft), DRAFT: body_of(None)},
        by=by,
        note=note,
        expected={IN_FORCE: expected_in_force, DRAFT: expected_draft},
    )
    return saved[IN_FORCE].number


def restore_rules(*, number: int, expected: int, by: Actor) -> int:
    """Puts the rules of revision `number` in force again, as a new one, whose number it answers; a draft stays as it is.

    Raises RevisionMissing, RevisionStale.
    """
    return revisions.restore(kind=KIND, key=IN_FORCE, number=number, expected=expected, by=by).number


def _change(edit: Callable[[list[Rule]], list[Rule]], *, expected: int, by: Actor) -> None:
    """The first change takes the rules in force into the draft."""
    with transaction.atomic():
        held = routing()
        if held.draft_number != expected:
            raise RevisionStale(number=held.draft_number)
        rules = edit(list(held.shown))
        if len(rules) > RULES_MAX:
            raise TooManyRules(most=RULES_MAX)
        is_as_in_force = tuple(rules) == held.in_force
        revisions.save(kind=KIND, key=DRAFT, body=body_of(None if is_as_in_force else rules), by=by, expected=expected)


def _index(rules: list[Rule], key: str) -> int:
    for at, rule in enumerate(rules):
        if rule.key == key:
            return at
    raise RuleMissing
