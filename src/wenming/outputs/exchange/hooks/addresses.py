"""Where a message may go. The server stands inside the city's network: an address that somebody types must not become
a door to what lies beside it."""

import socket
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings

URL_CHARS_MAX: Final = 500
ADDRESSES_MAX: Final = 4
Address = IPv4Address | IPv6Address
# Refused whatever the installation allows: what hands out a cloud machine's own credentials, and what reaches many.
_NEVER: Final = tuple(
    ip_network(text)
    for text in (
        *("0.0.0.0/8", "169.254.0.0/16", "100.100.100.200/32", "224.0.0.0/4", "240.0.0.0/4"),
        *("::/128", "fe80::/10", "fec0::/10", "ff00::/8", "fd00:ec2::254/128"),
    )
)
# Forms of IPv6 that carry an IPv4 address out of sight of the lists above.
_CARRIERS: Final = tuple(
    ip_network(text) for text in ("::/96", "64:ff9b::/96", "64:ff9b:1::/48", "2001::/32", "2002::/16")
)


class AddressRefused(Exception):
    """Not an address that this installation sends to."""


class AddressUnknown(Exception):
    """The name has no address at this moment."""


@dataclass(frozen=True, slots=True)
class Target:
    host: str
    port: int
    path: str

    @property
    def authority(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == 443 else f"{host}:{self.port}"


def target_of(url: str) -> Target:
    """Raises AddressRefused for all but https on an allowed port, without a name or a password in it."""
    if (
        len(url) > URL_CHARS_MAX
        or not url.isascii()
        or any(sign <= " " or sign in '\\"<>' or sign == "\x7f" for sign in url)
    ):
        raise AddressRefused
    try:
        parts = urlsplit(url)
        port = parts.port or 443
        host = parts.hostname
    except ValueError as error:
        raise AddressRefused from error
    if parts.scheme != "https" or not host or "@" in parts.netloc or "%" in parts.netloc or parts.fragment:
        raise AddressRefused
    if port not in settings.WEBHOOK_PORTS:
        raise AddressRefused
    target = Target(host, port, (parts.path or "/") + (f"?{parts.query}" if parts.query else ""))
    for address in _written(target):
        require_allowed(address)
    return target


def resolve(target: Target) -> list[Address]:
    """The addresses to connect to and to no other. Refused if one of them is not allowed: a name that points both ways
    is not trusted halfway. Raises AddressRefused, AddressUnknown."""
    try:
        found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise AddressUnknown from error
    addresses = [ip_address(str(each[4][0])) for each in found]
    for address in addresses:
        require_allowed(address)
    return list(dict.fromkeys(addresses))[:ADDRESSES_MAX]


def require_allowed(address: Address) -> None:
    """Raises AddressRefused for what is neither on the open internet nor in a network that the installation names."""
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    if any(address in network for network in _NEVER):
        raise AddressRefused
    if any(address in network for network in settings.WEBHOOK_NETWORKS):
        return
    if not address.is_global or any(address in network for network in _CARRIERS):
        raise AddressRefused


def _written(target: Target) -> list[Address]:
    """The address itself where one is written instead of a name, also as 0x7f.1 or 2130706433; asks no server."""
    try:
        found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
    except (OSError, UnicodeError):
        return []
    return [ip_address(str(each[4][0])) for each in found]
