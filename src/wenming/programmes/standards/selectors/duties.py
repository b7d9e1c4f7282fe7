"""Which criteria apply to points of which type, and who answers for them: override, then rule, then point."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from django.db.models import Q

from wenming.foundation.people.models import Unit
from wenming.foundation.places.models import Point
from wenming.programmes.standards.enums import AnswerSource
from wenming.programmes.standards.models import Criterion, FieldRule, Responsibility, Standard

RULES_MAX = 5_000


@dataclass(frozen=True, slots=True)
class Duty:
    """One criterion as it applies to one type of point.

    `rule_id` is the rule that stands for it: of several, the first. `lead` is the first lead that a rule names, else
    the criterion's own. The territory is asked where any of the rules says so.
    """

    rule_id: int
    type_key: str
    criterion: Criterion
    project_code: str
    lead: Unit | None
    lead_name: str
    is_territory_asked: bool
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    unit: Unit | None
    source: AnswerSource

    @property
    def is_gap(self) -> bool:
        return self.source is AnswerSource.NOBODY


@dataclass(frozen=True, slots=True)
class Answers:
    territory: Answer
    department: Answer

    @property
    def is_gap(self) -> bool:
        return self.territory.is_gap or self.department.is_gap


@dataclass(slots=True)
class Duties:
    """All of one standard, from one statement."""

    standard: Standard
    by_type: dict[str, tuple[Duty, ...]] = field(default_factory=dict)

    def of(self, type_key: str) -> tuple[Duty, ...]:
        return self.by_type.get(type_key, ())

    def __iter__(self) -> Iterator[Duty]:
        return (duty for duties in self.by_type.values() for duty in duties)

    def find(self, type_key: str, criterion_id: int) -> Duty | None:
        return next((duty for duty in self.of(type_key) if duty.criterion.pk == criterion_id), None)

    def in_project(self, code: str) -> "Duties":
        kept = {
            key: tuple(duty for duty in duties if duty.project_code == code) for key, duties in self.by_type.items()
        }
        return Duties(self.standard, {key: duties for key, duties in kept.items() if duties})


def duties_of(standard: Standard) -> Duties:
    rules = (
        FieldRule.objects.filter(point_type__standard=standard, criterion__isnull=False)
        .select_related("point_type", "criterion__parent__parent", "criterion__lead", "lead")
        .order_by("point_type__position", "criterion__position", "position", "pk")[:RULES_MAX]
    )
    grouped: dict[tuple[str, int], list[FieldRule]] = {}
    for rule in rules:
        assert rule.criterion_id is not None
        grouped.setdefault((rule.point_type.key, rule.criterion_id), []).append(rule)
    by_type: dict[str, list[Duty]] = {}
    for (type_key, _criterion_id), group in grouped.items():
        by_type.setdefault(type_key, []).append(_duty(type_key, group))
    return Duties(standard, {key: tuple(duties) for key, duties in by_type.items()})


def _duty(type_key: str, rules: Sequence[FieldRule]) -> Duty:
    criterion = rules[0].criterion
    assert criterion is not None
    lead = next((rule.lead for rule in rules if rule.lead is not None), criterion.lead)
    written = next((rule.lead_name for rule in rules if rule.lead_name), criterion.lead_name)
    return Duty(
        rule_id=rules[0].pk,
        type_key=type_key,
        criterion=criterion,
        project_code=_project_code(criterion),
        lead=lead,
        lead_name=written,
        is_territory_asked=any(rule.is_territory_answerable for rule in rules),
        items=tuple(rule.item for rule in rules),
    )


def _project_code(criterion: Criterion) -> str:
    top = criterion
    while top.parent is not None:
        top = top.parent
    return top.code


def resolve(point: Point, duty: Duty, override: Responsibility | None) -> Answers:
    """Expects the units of `point` and of `override` to be loaded."""
    return Answers(_territory(point, duty, override), _department(point, duty, override))


def _territory(point: Point, duty: Duty, override: Responsibility | None) -> Answer:
    if override is not None and override.territory is not None:
        return Answer(override.territory, AnswerSource.OVERRIDE)
    if not duty.is_territory_asked:
        return Answer(None, AnswerSource.NOT_ASKED)
    if point.territory is not None:
        return Answer(point.territory, AnswerSource.POINT)
    return Answer(None, AnswerSource.NOBODY)


def _department(point: Point, duty: Duty, override: Responsibility | None) -> Answer:
    if override is not None and override.department is not None:
        return Answer(override.department, AnswerSource.OVERRIDE)
    if duty.lead is not None:
        return Answer(duty.lead, AnswerSource.RULE)
    if point.department is not None:
        return Answer(point.department, AnswerSource.POINT)
    return Answer(None, AnswerSource.NOBODY)


def overrides_in_force(points: Iterable[Point]) -> dict[tuple[int, int], Responsibility]:
    """(point, criterion) → the row in force, with its units, in one statement."""
    rows = Responsibility.objects.filter(
        point_id__in=[point.pk for point in points], valid_until_at__isnull=True
    ).select_related("territory", "department")
    return {(row.point_id, row.criterion_id): row for row in rows}


def who_answers(pairs: Sequence[tuple[Point, Criterion]]) -> list[Answers]:
    """Who answers for each criterion at each point, in three statements for each standard met.

    Expects the units of the points to be loaded (`select_related("territory", "department")`). A criterion that no
    rule ties to the point's type falls back on its own lead and on the point's units.
    """
    overrides = overrides_in_force({point.pk: point for point, _criterion in pairs}.values())
    standards = Standard.objects.in_bulk({criterion.standard_id for _point, criterion in pairs})
    duties = {pk: duties_of(standard) for pk, standard in standards.items()}
    answers = []
    for point, criterion in pairs:
        duty = duties[criterion.standard_id].find(point.type_key, criterion.pk) or _duty_without_rule(point, criterion)
        answers.append(resolve(point, duty, overrides.get((point.pk, criterion.pk))))
    return answers


def _duty_without_rule(point: Point, criterion: Criterion) -> Duty:
    return Duty(
        rule_id=0,
        type_key=point.type_key,
        criterion=criterion,
        project_code="",
        lead=criterion.lead,
        lead_name=criterion.lead_name,
        is_territory_asked=True,
        items=(),
    )


def responsibility_history(point: Point, criterion: Criterion, *, rows_max: int = 50) -> list[Responsibility]:
    """Newest first: also decisions under earlier versions of the same criterion."""
    same = Q(criterion=criterion) | Q(
        criterion__code=criterion.code, criterion__standard__edition=criterion.standard.edition
    )
    rows = Responsibility.objects.filter(same, point=point).select_related("territory", "department")
    return list(rows.order_by("-valid_from_at", "-pk")[:rows_max])
