"""Who is signed in, in which office and role: the foot of the rail. The app that knows people provides it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.http import HttpRequest


@dataclass(frozen=True, slots=True)
class RoleChoice:
    """One grant that this person may work under; posting `grant=<value>` to `UserBox.switch_url` changes to it."""

    value: str
    role: str
    unit: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class UserBox:
    name: str
    role: str
    unit: str
    choices: Sequence[RoleChoice] = ()
    switch_url: str = ""
    sign_out_url: str = ""
    account_url: str = ""
    notices_url: str = ""
    unread_count: int = 0


Provider = Callable[[HttpRequest], UserBox | None]
_provided: dict[str, Provider] = {}


def provide(provider: Provider) -> None:
    """Called once, from the `AppConfig.ready` of the app that knows people."""
    _provided["provider"] = provider


def build(request: HttpRequest) -> UserBox | None:
    provider = _provided.get("provider")
    return provider(request) if provider else None
