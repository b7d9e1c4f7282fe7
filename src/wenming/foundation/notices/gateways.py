"""How a notice leaves the system. The console is the default; an installation names its own in NOTICE_GATEWAY."""

from dataclasses import dataclass
from logging import getLogger
from typing import Final, Protocol
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string

CONSOLE: Final = "wenming.foundation.notices.gateways.ConsoleGateway"
log = getLogger("wenming.notices")


@dataclass(frozen=True, slots=True)
class Message:
    """`key` is the same whenever the same notice is sent again: a gateway that has seen it does nothing."""

    key: UUID
    unit_id: int | None
    user_id: int | None
    kind: str
    title: str
    body: str
    url: str


class GatewayRefused(Exception):
    """This message will never be accepted; trying again is of no use. Any other exception is tried again later."""


class Gateway(Protocol):
    def send(self, message: Message) -> None:
        """Returns when the message is accepted. Raises GatewayRefused, or anything for what may pass."""


class ConsoleGateway:
    """Writes one line in the log, without the text: a log is no place for what people wrote."""

    def send(self, message: Message) -> None:
        log.info("notice %s %s unit=%s user=%s", message.key, message.kind, message.unit_id, message.user_id)


def configured() -> Gateway:
    gateway: Gateway = import_string(getattr(settings, "NOTICE_GATEWAY", CONSOLE))()
    return gateway
