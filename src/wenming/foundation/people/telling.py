"""Telling a person about his own account. What carries notices lies above this app and says so when it is ready."""

from typing import Protocol

from django.utils.functional import Promise


class Tell(Protocol):
    def __call__(self, *, user_id: int, kind: str, title: str | Promise, body: str | Promise, url: str) -> None:
        """In the caller's transaction."""
        ...


_tellers: list[Tell] = []


def provide(tell: Tell) -> None:
    if tell not in _tellers:
        _tellers.append(tell)


def tell(*, user_id: int, kind: str, title: str | Promise, body: str | Promise, url: str) -> None:
    for each in _tellers:
        each(user_id=user_id, kind=kind, title=title, body=body, url=url)
