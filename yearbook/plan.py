"""How many cases of which fate in which month and book: exact totals first."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from yearbook import words

REPORT_FOUND = 34_715
REPORT_RECTIFIED = 32_504
MONTHS = (78, 61, 92, 96, 94, 88, 80, 78, 97, 90, 84, 62)
HOTLINE = "热线"
HOTLINE_SHARE = 0.07

# Fates of the valid cases that nobody has passed, with the odds of each.
OPEN_FATES = (
    ("explained", 6),
    ("reported", 22),
    ("returned", 14),
    ("handling", 36),
    ("assigned", 14),
    ("filed", 8),
)


@dataclass(frozen=True, slots=True)
class Slot:
    """One case to be: its source (county name or HOTLINE), month found, and fate."""

    source: str
    year: int
    month: int
    outcome: str


@dataclass(frozen=True, slots=True)
class Totals:
    """Planned numbers; `found` and `rectified` are exact, over the reported year."""

    found: int
    rectified: int
    late_review: int
    passed_unclosed: int
    void: int
    void_duplicate: int
    carried_over: int
    next_year: int
    same_rows: int
    later_rows: int
    stale_rows: int
    repeated_rows: int
    voided_later: int
    coordinates_missing: int
    coordinates_zero: int
    coordinates_swapped: int
    coordinates_outside: int
    short_names: int
    wide_spaces: int
    trailing_spaces: int
    numbers_as_text: int
    photo_cases: int
    late_photos: int


def totals(scale: float) -> Totals:
    found = round(REPORT_FOUND * scale)

    def part(share: float, least: int) -> int:
        return max(least, round(found * share))

    return Totals(
        found=found,
        rectified=round(found * REPORT_RECTIFIED / REPORT_FOUND),
        late_review=part(0.009, 4),
        passed_unclosed=part(0.03, 4),
        void=part(0.012, 4),
        void_duplicate=part(0.010, 4),
        carried_over=part(0.008, 4),
        next_year=part(0.004, 3),
        same_rows=part(0.010, 4),
        later_rows=part(0.008, 4),
        stale_rows=part(0.004, 3),
        repeated_rows=part(0.006, 3),
        voided_later=part(0.001, 1),
        coordinates_missing=part(0.015, 6),
        coordinates_zero=part(0.006, 4),
        coordinates_swapped=part(0.006, 4),
        coordinates_outside=part(0.005, 3),
        short_names=part(0.03, 8),
        wide_spaces=part(0.015, 6),
        trailing_spaces=part(0.02, 8),
        numbers_as_text=part(0.03, 10),
        photo_cases=min(40, found // 8),
        late_photos=min(8, found // 40),
    )


def slots(seed: int, year: int, wanted: Totals) -> list[Slot]:
    rng = Random(f"{seed}/plan")
    places = _sources(rng, wanted.found)
    months = rng.choices(range(1, 13), weights=MONTHS, k=wanted.found)
    _fill_december(rng, months, wanted.late_review)
    fates = ["closed"] * wanted.found
    december = [i for i, month in enumerate(months) if month == 12]
    for index in rng.sample(december, wanted.late_review):
        fates[index] = "late"
    others = [i for i, fate in enumerate(fates) if fate == "closed"]
    odds = [1 + months[i] ** 2 / 40 for i in others]
    fates_left = [fate for fate, _ in OPEN_FATES]
    for index in _draw(rng, others, odds, wanted.found - wanted.rectified):
        # Each fate once, then by the odds: no year is without an ugly kind.
        fates[index] = fates_left.pop() if fates_left else rng.choices(*zip(*OPEN_FATES, strict=True))[0]
    settled = [i for i, fate in enumerate(fates) if fate == "closed"]
    for index in rng.sample(settled, wanted.passed_unclosed):
        fates[index] = "passed"
    listed = [Slot(place, year, month, fate) for place, month, fate in zip(places, months, fates, strict=True)]
    listed += _uncounted(rng, year, wanted)
    return listed


def _uncounted(rng: Random, year: int, wanted: Totals) -> list[Slot]:
    counties = [name for name, *_ in words.COUNTIES]

    def somewhere(month: int, outcome: str, of_year: int = year) -> Slot:
        return Slot(rng.choice(counties), of_year, month, outcome)

    def some_month() -> int:
        return rng.choices(range(1, 13), weights=MONTHS)[0]

    extra = [somewhere(some_month(), "void") for _ in range(wanted.void)]
    # A duplicate needs an earlier case of its county to point to.
    extra += [somewhere(rng.randint(3, 12), "void_duplicate") for _ in range(wanted.void_duplicate)]
    extra += [somewhere(12, "late", year - 1) for _ in range(wanted.carried_over)]
    extra += [somewhere(1, rng.choice(("closed", "handling", "assigned")), year + 1) for _ in range(wanted.next_year)]
    return extra


def _sources(rng: Random, count: int) -> list[str]:
    hotline = round(count * HOTLINE_SHARE)
    names = [name for name, *_ in words.COUNTIES]
    shares = [share for *_, share in words.COUNTIES]
    listed = [HOTLINE] * hotline + rng.choices(names, weights=shares, k=count - hotline)
    rng.shuffle(listed)
    return listed


def _fill_december(rng: Random, months: list[int], least: int) -> None:
    while months.count(12) < least + 2:
        months[rng.randrange(len(months))] = 12


def _draw(rng: Random, items: list[int], odds: list[float], count: int) -> list[int]:
    """`count` different items, likelier by their odds (Efraimidis and Spirakis)."""
    keyed = sorted(
        ((rng.random() ** (1 / weight), item) for item, weight in zip(items, odds, strict=True)),
        reverse=True,
    )
    return [item for _, item in keyed[:count]]
