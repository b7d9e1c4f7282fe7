"""Small secrets, unreadable for whoever has the database alone (AES-256-GCM).

The key is derived from the installation's secret, one for each purpose: without WENMING_SECRET_KEY nothing is opened
again. What is sealed for one owner cannot be put in the place of another's.
"""

import os
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12


class Unreadable(Exception):
    """Sealed under another secret, for another purpose or owner, or changed since."""


def seal(text: str, *, purpose: str, owner: str) -> bytes:
    nonce = os.urandom(NONCE_BYTES)
    return nonce + _cipher(purpose).encrypt(nonce, text.encode(), owner.encode())


def unseal(sealed: bytes, *, purpose: str, owner: str) -> str:
    """Raises Unreadable."""
    nonce, ciphertext = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
    try:
        return _cipher(purpose).decrypt(nonce, ciphertext, owner.encode()).decode()
    except (InvalidTag, ValueError) as error:
        raise Unreadable from error


def _cipher(purpose: str) -> AESGCM:
    derive = HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=f"wenming.{purpose}".encode())
    return AESGCM(derive.derive(settings.SECRET_KEY.encode()))
