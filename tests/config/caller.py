"""Another program at the door of the API."""

import json
from typing import Any

from django.test import Client

from tests.factories.exchange import EVERY_RIGHT, make_key
from wenming.foundation.people.acting import Acting

BASE = "/api/v1"


class Program:
    """Calls with a key of its own, made under `acting`."""

    def __init__(self, acting: Acting, *, rights: frozenset[str] = EVERY_RIGHT, per_minute: int = 6000) -> None:
        self.key, self.token = make_key(acting, rights=rights, per_minute=per_minute)
        self.client = Client(raise_request_exception=False)

    def get(self, path: str, **query: Any) -> Any:
        return self.client.get(BASE + path, query, headers=self.headers())

    def post(self, path: str, document: Any = None, *, key: str = "") -> Any:
        body = json.dumps({} if document is None else document, default=str)
        return self.client.post(BASE + path, body, content_type="application/json", headers=self.headers(key))

    def headers(self, key: str = "") -> dict[str, str]:
        found = {"Authorization": f"Bearer {self.token}"}
        return found | ({"Idempotency-Key": key} if key else {})
