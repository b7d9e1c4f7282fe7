"""Where the page of a point is. A programme makes it, because only programmes know what happened at a point."""

from collections.abc import Callable
from uuid import UUID

Address = Callable[[UUID], str]
_provided: dict[str, Address] = {}


def provide(address: Address) -> None:
    """From an `AppConfig.ready`: `address(public_id)` is the path of the point's own page."""
    _provided["point"] = address


def url_of(public_id: UUID) -> str:
    """Empty while no programme provides a page."""
    address = _provided.get("point")
    return address(public_id) if address else ""
