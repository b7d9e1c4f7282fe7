"""One message over the wire. Of what is installed no HTTP client connects to one address while it checks the certificate
of a name; with `http.client` that is a connection that was opened beforehand."""

import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from http.client import HTTPException, HTTPSConnection
from typing import Final

from django.conf import settings

from wenming.outputs.exchange.enums import Fault
from wenming.outputs.exchange.hooks.addresses import Address, AddressRefused, AddressUnknown, Target, resolve, target_of

CONNECT_SECONDS: Final = 5
# From the first byte to the status line, however slowly the other side drips.
WHOLE_SECONDS: Final = 15


class NotTaken(Exception):
    """The other side did not say 2xx. `status` is None where it said nothing."""

    def __init__(self, fault: Fault, status: int | None = None) -> None:
        super().__init__(fault)
        self.fault, self.status = fault, status


def post(url: str, body: bytes, headers: Mapping[str, str]) -> int:
    """The status, which is 2xx. Follows no redirect, asks no proxy, and reads nothing behind the head of the answer.

    Raises NotTaken.
    """
    try:
        target = target_of(url)
        return _exchange(target, resolve(target), body, headers)
    except AddressRefused as error:
        raise NotTaken(Fault.ADDRESS) from error
    except AddressUnknown as error:
        raise NotTaken(Fault.UNRESOLVED) from error
    except ssl.SSLCertVerificationError as error:
        raise NotTaken(Fault.CERTIFICATE) from error
    except TimeoutError as error:
        raise NotTaken(Fault.TIMEOUT) from error
    except (OSError, HTTPException) as error:
        raise NotTaken(Fault.CONNECTION) from error


def _exchange(target: Target, addresses: list[Address], body: bytes, headers: Mapping[str, str]) -> int:
    context = ssl.create_default_context()
    if settings.WEBHOOK_CA:
        context.load_verify_locations(settings.WEBHOOK_CA)
    with _connected(addresses, target.port) as plain, _cut_off(plain) as cut:
        try:
            with context.wrap_socket(plain, server_hostname=target.host) as wrapped:
                status = _asked(wrapped, target, body, headers)
        except (OSError, HTTPException) as error:
            if cut.is_set():
                raise TimeoutError from error
            raise
        if cut.is_set():
            # What broke off in the middle can look like the end of a head.
            raise TimeoutError
    if not 200 <= status < 300:
        raise NotTaken(Fault.ANSWER, status)
    return status


def _asked(wrapped: ssl.SSLSocket, target: Target, body: bytes, headers: Mapping[str, str]) -> int:
    connection = HTTPSConnection(target.host, target.port)
    connection.sock = wrapped
    connection.request("POST", target.path, body, {**headers, "Host": target.authority, "Connection": "close"})
    with connection.getresponse() as response:
        return response.status


def _connected(addresses: list[Address], port: int) -> socket.socket:
    """Raises OSError of the last address when none answers."""
    fault: OSError = OSError("no address")
    for address in addresses:
        try:
            opened = socket.create_connection((str(address), port), timeout=CONNECT_SECONDS)
        except OSError as error:
            fault = error
        else:
            opened.settimeout(WHOLE_SECONDS)
            return opened
    raise fault


@contextmanager
def _cut_off(plain: socket.socket) -> Iterator[threading.Event]:
    """Ends the connection when the time for the whole is over; the event tells that it was this."""
    cut = threading.Event()
    # TLS takes the socket over; a second handle on the same connection is ours until the end.
    spare = plain.dup()

    def end() -> None:
        cut.set()
        with suppress(OSError):
            spare.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(WHOLE_SECONDS, end)
    timer.daemon = True
    timer.start()
    try:
        yield cut
    finally:
        timer.cancel()
        spare.close()
