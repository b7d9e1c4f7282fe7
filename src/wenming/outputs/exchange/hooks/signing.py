"""The signature on each message, as webhooks are signed by the Standard Webhooks specification, so that ready libraries
of most languages can check it: HMAC-SHA256 over `id.timestamp.body`."""

import base64
import hashlib
import hmac
import secrets
from typing import Final

SECRET_MARK: Final = "whsec_"  # noqa: S105 - how every secret begins
SECRET_BYTES: Final = 32


def new_secret() -> str:
    return SECRET_MARK + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def headers_of(secret: str, *, key: str, at_seconds: int, body: bytes) -> dict[str, str]:
    signed = b".".join((key.encode(), str(at_seconds).encode(), body))
    digest = hmac.new(base64.b64decode(secret.removeprefix(SECRET_MARK)), signed, hashlib.sha256).digest()
    return {
        "webhook-id": key,
        "webhook-timestamp": str(at_seconds),
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }
