"""Programs that call the API with keys, and problems that stand where a verb can be measured."""

import itertools
import json
import threading
from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID, uuid4

from _server import Answer, Caller

BASE = "/api/v1"
# A key may not call more often than its quota allows; a program that must not be slowed down holds several.
KEYS = 10


class Program:
    """Calls with several keys in turn. Safe to be shared by threads: each brings its own connection."""

    def __init__(self, username: str) -> None:
        from wenming.foundation.people.acting import acting_under
        from wenming.foundation.people.models import Grant
        from wenming.outputs.exchange import keys
        from wenming.outputs.exchange.keys.making import PER_DAY_MAX, PER_MINUTE_MAX
        from wenming.outputs.exchange.keys.rights import Right

        grant = Grant.objects.select_related("user", "unit").get(user__username=username, revoked_at__isnull=True)
        self.acting = acting_under(grant)
        draft = keys.KeyDraft(
            name="bench", rights=frozenset(Right.values), per_minute=PER_MINUTE_MAX, per_day=PER_DAY_MAX
        )
        self.tokens = [keys.make_key(self.acting, draft)[1] for _ in range(KEYS)]
        self.turn = itertools.count()

    def headers(self) -> dict[str, str]:
        token = self.tokens[next(self.turn) % len(self.tokens)]
        return {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def get(self, caller: Caller, path: str) -> Answer:
        return caller.ask("GET", BASE + path, None, self.headers())

    def post(self, caller: Caller, path: str, body: dict[str, Any], *, key: str = "") -> Answer:
        headers = {**self.headers(), **({"Idempotency-Key": key} if key else {})}
        return caller.ask("POST", BASE + path, json.dumps(body).encode(), headers)


class Queue:
    """Things that are used up once each, by whichever thread comes first."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.things: list[Any] = []

    def fill(self, things: Sequence[Any]) -> None:
        with self.lock:
            self.things = list(things)

    def take(self) -> Any:
        with self.lock:
            if not self.things:
                raise SystemExit("there were too few problems for the round: give --stock")
            return self.things.pop()


class Makers:
    """What is filed and what is made ready, through the verbs themselves."""

    def __init__(self, office: Program, unit: Program) -> None:
        from wenming.foundation.places import selectors as places
        from wenming.programmes.problems import selectors

        self.office, self.unit = office, unit
        some = places.points_for(unit.acting).filter(lat__isnull=False, is_active=True).order_by("pk")
        self.points = list(some[:200])
        self.types = list(selectors.types_on_offer().values())
        if not self.points:
            raise SystemExit("the unit has no points")
        self.numbers = itertools.count()

    def bodies(self) -> Iterator[dict[str, Any]]:
        """What a program sends to file a problem, each at another place and of another kind."""
        from wenming.kernel import clock

        while True:
            number = next(self.numbers)
            yield {
                "title": f"路面破损 {number}",
                "description": "人行道地砖缺失，雨天积水，行人绊倒过。",
                "found_at": clock.now().isoformat(),
                "type": self.types[number % len(self.types)].code,
                "point": str(self.points[number % len(self.points)].public_id),
            }

    def filed(self, count: int) -> list[UUID]:
        """Filed now, waiting to be dispatched."""
        from wenming.kernel import clock
        from wenming.programmes.problems.enums import Channel
        from wenming.programmes.problems.services import ProblemDraft, file_problems

        now = clock.now()
        drafts = []
        for _ in range(count):
            number = next(self.numbers)
            point, kind = self.points[number % len(self.points)], self.types[number % len(self.types)]
            drafts.append(
                ProblemDraft(title=f"路面破损 {number}", channel=Channel.DESK, found_at=now, type=kind, point=point)
            )
        return [problem.public_id for problem in file_problems(drafts, by=self.office.acting.actor)]

    def signed(self, count: int) -> list[UUID]:
        """With the unit, which has signed for them and can report back."""
        from wenming.programmes.problems.enums import Action, Lead
        from wenming.programmes.problems.services import Ask, perform
        from wenming.programmes.problems.services.acts import ASKS_MAX

        made = self.filed(count)
        unit_id = self.unit.acting.unit_id
        for start in range(0, count, ASKS_MAX):
            some = made[start : start + ASKS_MAX]
            sent = [
                Ask(problem=each, action=Action.DISPATCH, territory_id=unit_id, lead_side=Lead.TERRITORY)
                for each in some
            ]
            for acting, asks in (
                (self.office.acting, sent),
                (self.unit.acting, [Ask(problem=each, action=Action.SIGN) for each in some]),
            ):
                for outcome in perform(acting, asks):
                    outcome.result()
        return made

    def photos(self, count: int) -> list[str]:
        """The ids of photos that the unit has uploaded. No two look alike: what is compared finds nothing to ask about."""
        import random
        from io import BytesIO

        from PIL import Image

        from wenming.foundation.files import services
        from wenming.foundation.files.services import PhotoDraft

        drafts = []
        for number in range(count):
            out = BytesIO()
            coarse = Image.frombytes("RGB", (12, 9), random.randbytes(12 * 9 * 3))
            coarse.resize((96, 72), Image.Resampling.NEAREST).save(out, "JPEG")
            drafts.append(PhotoDraft(data=out.getvalue(), name=f"after-{number}.jpg"))
        received = services.receive_photos(drafts, by=self.unit.acting.actor)
        return [str(file.public_id) for file in received]

    def answerable(self, count: int) -> list[tuple[UUID, str]]:
        """What the unit has signed for, each with a photo of its own."""
        return list(zip(self.signed(count), self.photos(count), strict=True))


def key() -> str:
    return uuid4().hex
