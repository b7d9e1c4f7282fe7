"""Who is signed in, in which office and role: the foot of the rail. The app that knows people provides it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class RoleChoice:
    """One grant that this person may work under; posting `grant=<value>` to `UserBox.switch_url` changes to it."""

    value: str
    role: str
    unit: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class MenuLink:
    """A page of one's own that an app adds to the menu."""

    label: str | Promise
    url_name: str
    icon: str
    is_visible: Callable[[HttpRequest], bool]

    @property
    def url(self) -> str:
        return reverse(self.url_name)


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
    links: Sequence[MenuLink] = ()


Provider = Callable[[HttpRequest], UserBox | None]
_provided: dict[str, Provider] = {}
_links: dict[str, MenuLink] = {}


def provide(provider: Provider) -> None:
    """Called once, from the `AppConfig.ready` of the app that knows people."""
    _provided["provider"] = provider


def add_link(link: MenuLink) -> None:
    """From `AppConfig.ready`; adding it again changes nothing."""
    _links[link.url_name] = link


def build(request: HttpRequest) -> UserBox | None:
    provider = _provided.get("provider")
    box = provider(request) if provider else None
    return box and replace(box, links=[link for link in _links.values() if link.is_visible(request)])
