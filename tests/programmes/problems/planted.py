"""A city of honest pairs with forged answers among them, brought in by the real verbs; which it is follows from a seed."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from math import cos, radians, sin
from typing import Final

import numpy as np
from PIL import Image

from tests.factories.files import exif_of
from tests.factories.problems import Cast, ask, bring_to, make_problem
from tests.factories.scenes import FORGE, Shot, draw, honest_pair, jpeg
from wenming.foundation.files import services as files
from wenming.foundation.files.models import StoredFile
from wenming.foundation.people.acting import Acting
from wenming.kernel import clock
from wenming.programmes.problems import services
from wenming.programmes.problems.enums import Action
from wenming.programmes.problems.models import Problem

START: Final = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
LAT, LON = 30.5, 118.25
METRES_A_DEGREE: Final = 111_195
# What a phone in a street is off by, in each direction.
GPS_METRES: Final = 8.0
# Every so many honest places are photographed again for another problem, on another day.
AGAIN_EVERY: Final = 7

FORGERIES: Final = {
    "as_it_was": 6,
    "cropped": 6,
    "compressed": 5,
    "resized": 5,
    "brighter": 5,
    "before_again": 5,
    "too_early": 4,
    "elsewhere": 4,
}


@dataclass(frozen=True, slots=True)
class Planted:
    """`kind` is "" for an honest answer."""

    kind: str
    problem: Problem

    @property
    def found(self) -> list[str]:
        return sorted(self.problem.photo_flags.values_list("kind", flat=True))


class City:
    def __init__(self, seed: int) -> None:
        self.cast = Cast()
        self.seed = seed
        self.rng = np.random.default_rng(seed)
        self.now = START
        # What a forger may take from: every picture of every problem so far that was sent in, as it was photographed.
        self.pictures: list[Image.Image] = []
        self.places: list[tuple[Shot, Shot]] = []

    def build(self, honest: int, forgeries: dict[str, int]) -> list[Planted]:
        kinds = ["" for _number in range(honest)] + [kind for kind, count in forgeries.items() for _n in range(count)]
        later = [kinds[int(index)] for index in self.rng.permutation(len(kinds))]
        # The first is honest, so that there is something to take.
        later.remove("")
        return [self._one(kind, number) for number, kind in enumerate(["", *later])]

    def _one(self, kind: str, number: int) -> Planted:
        self.now += timedelta(minutes=30)
        lat, lon = self._near(LAT + number % 16 * 0.01, LON + number // 16 * 0.01, 100)
        before_shot, after_shot = self._shots(number)
        self.places.append((before_shot, after_shot))
        before, after = draw(before_shot), draw(after_shot)
        with clock.set_to(self.now):
            first = self._receive(before, self.cast.inspector, self.now - timedelta(minutes=2), (lat, lon))
            # Where the inspector's phone thinks it is.
            seen_lat, seen_lon = self._measured(lat, lon)
            found_at = self.now - timedelta(minutes=1)
            problem = make_problem(self.cast, lat=seen_lat, lon=seen_lon, photos=(first,), found_at=found_at)
            problem = bring_to(self.cast, problem, Action.SIGN)
        answered_at = self.now + timedelta(minutes=float(self.rng.uniform(60, 48 * 60)))
        with clock.set_to(answered_at):
            photo = self._answer(kind, before, after, answered_at, (lat, lon))
            given = ask(problem, Action.REPORT_BACK, photos=(photo,), note="已清理。")
            problem = services.perform_one(self.cast.liaison, given)
        self.pictures += [before] if kind in FORGE or kind == "before_again" else [before, after]
        return Planted(kind, problem)

    def _shots(self, number: int) -> tuple[Shot, Shot]:
        before, after = honest_pair(self.seed * 1000 + number)
        if number % AGAIN_EVERY == AGAIN_EVERY - 1:
            place = self.places[int(self.rng.integers(len(self.places)))][0].place
            before, after = replace(before, place=place), replace(after, place=place)
            sign = self.rng.choice([-1, 1], 4)
            before = replace(before, camera=(float(sign[0] * 40), float(sign[1] * 25), 1.0, float(sign[2] * 1.5)))
        return before, after

    def _answer(
        self, kind: str, before: Image.Image, after: Image.Image, at: datetime, here: tuple[float, float]
    ) -> StoredFile:
        """A picture that was worked on carries nothing beside it: only its look can give it away."""
        liaison = self.cast.liaison
        if kind in FORGE:
            source = self.pictures[int(self.rng.integers(len(self.pictures)))]
            return self._receive(FORGE[kind](source, self.rng), liaison)
        if kind == "before_again":
            worked = ("as_it_was", "compressed", "cropped")[int(self.rng.integers(3))]
            return self._receive(FORGE[worked](before, self.rng), liaison)
        if kind == "too_early":
            return self._receive(after, liaison, self.now - timedelta(hours=float(self.rng.uniform(1, 240))), here)
        if kind == "elsewhere":
            there = self._near(*here, float(self.rng.uniform(55, 800)))
            return self._receive(after, liaison, at - timedelta(minutes=5), there)
        # Photographed between the dispatch and the answer.
        span = (at - self.now).total_seconds()
        return self._receive(
            after, liaison, self.now + timedelta(seconds=float(self.rng.uniform(0.02, 1)) * span), here
        )

    def _receive(
        self,
        image: Image.Image,
        by: Acting,
        taken_at: datetime | None = None,
        place: tuple[float, float] | None = None,
    ) -> StoredFile:
        if taken_at is None or place is None:
            return files.receive_photo(data=jpeg(image), name="photo.jpg", by=by.actor)
        lat, lon = self._measured(*place)
        taken = clock.local(taken_at).strftime("%Y:%m:%d %H:%M:%S")
        exif = exif_of(taken=taken, lat=lat, lon=lon)
        gps = exif.get_ifd(0x8825)
        gps[2], gps[4] = _sexagesimal(lat), _sexagesimal(lon)
        return files.receive_photo(data=jpeg(image, exif=exif), name="photo.jpg", by=by.actor)

    def _measured(self, lat: float, lon: float) -> tuple[float, float]:
        north, east = self.rng.normal(0, GPS_METRES, 2) / METRES_A_DEGREE
        return lat + float(north), lon + float(east) / cos(radians(lat))

    def _near(self, lat: float, lon: float, metres: float) -> tuple[float, float]:
        """So many metres off, in any direction."""
        angle = float(self.rng.uniform(0, 360))
        north, east = metres * cos(radians(angle)), metres * sin(radians(angle))
        return lat + north / METRES_A_DEGREE, lon + east / METRES_A_DEGREE / cos(radians(lat))


def _sexagesimal(degrees: float) -> tuple[float, float, float]:
    minutes = degrees % 1 * 60
    return float(int(degrees)), float(int(minutes)), round(minutes % 1 * 60, 3)
