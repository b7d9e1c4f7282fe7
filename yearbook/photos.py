"""Photos of some cases, with the time and place that a telephone writes into them."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from PIL import Image

from yearbook import scenes
from yearbook.cases import Case
from yearbook.clock import between, minutes
from yearbook.plan import HOTLINE, Totals

QUALITY = 82
MAKE, MODEL, DATE_TIME, EXIF_IFD, GPS_IFD = 0x010F, 0x0110, 0x0132, 0x8769, 0x8825
TAKEN, OFFSET = 0x9003, 0x9011
LEAST_LATE = timedelta(minutes=3)


def choose(seed: int, cases: list[Case], living: list[Case], wanted: Totals) -> list[Case]:
    """Names the photos of all living cases and of the planned number of the year's."""
    rng = Random(f"{seed}/photos/choice")
    fit = [c for c in cases if c.outcome == "closed" and c.book != HOTLINE]
    late = [c for c in fit if _lateness(c) >= LEAST_LATE]
    prompt = [c for c in fit if _lateness(c) <= timedelta(0)]
    # Few enough years are so prompt that the planned late ones are not to be had.
    chosen = rng.sample(late, min(wanted.late_photos, len(late)))
    chosen += rng.sample(prompt, wanted.photo_cases - len(chosen))
    chosen = sorted([*chosen, *living], key=lambda c: c.number)
    for case in chosen:
        case.photo_before = f"{case.number}_before.jpg"
        if case.life.reported_at:
            case.photo_after = f"{case.number}_after.jpg"
    return chosen


def draw(seed: int, folder: Path, shown: list[Case]) -> dict[str, int]:
    """Draws the named photos; returns how many there are and how many came late."""
    folder.mkdir(exist_ok=True)
    rng = Random(f"{seed}/photos")
    drawn = late = 0
    for case in shown:
        taken = case.found_at - minutes(rng, 0, 4)
        _save(rng, folder / case.photo_before, case, "before", taken)
        drawn += 1
        if case.photo_after:
            taken = _taken_after(rng, case)
            _save(rng, folder / case.photo_after, case, "after", taken)
            drawn += 1
            late += case.life.due_at is not None and taken > case.life.due_at
    return {"photos": drawn, "photos_taken_after_the_deadline": late}


def _lateness(case: Case) -> timedelta:
    assert case.life.reported_at
    assert case.life.due_at
    return case.life.reported_at - case.life.due_at


def _taken_after(rng: Random, case: Case) -> datetime:
    life = case.life
    assert life.reported_at
    assert life.signed_at
    assert life.due_at
    earliest = max(life.signed_at, life.reported_at - timedelta(minutes=40))
    if _lateness(case) >= LEAST_LATE:
        earliest = max(earliest, life.due_at + timedelta(minutes=1))
    return between(rng, earliest, life.reported_at - timedelta(minutes=1))


def _save(rng: Random, path: Path, case: Case, shot: str, taken: datetime) -> None:
    image = scenes.picture(case.number, case.fault.name, shot)
    exif = Image.Exif()
    exif[MAKE] = "Hean"
    exif[MODEL] = "Patrol 3"
    stamp = (taken + timedelta(seconds=rng.randint(0, 59))).strftime("%Y:%m:%d %H:%M:%S")
    exif[DATE_TIME] = stamp
    exif.get_ifd(EXIF_IFD).update({TAKEN: stamp, OFFSET: "+08:00"})
    lon = case.true_lon + rng.gauss(0, 0.00006)
    lat = case.true_lat + rng.gauss(0, 0.00006)
    exif.get_ifd(GPS_IFD).update({1: "N", 2: _degrees(lat), 3: "E", 4: _degrees(lon)})
    image.save(path, "JPEG", quality=QUALITY, exif=exif)


def _degrees(value: float) -> tuple[float, float, float]:
    whole = int(value)
    parts = int((value - whole) * 60)
    return float(whole), float(parts), round((value - whole - parts / 60) * 3600, 2)
