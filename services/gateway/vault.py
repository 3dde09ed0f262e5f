"""Seals what the gateway must read again but nobody else may: its signing keys and people's TOTP secrets."""

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE = 12
KEY = 32


class Vault:
    """AES-256-GCM under the gateway's seal key. ValueError where that is not 32 bytes written as hex."""

    def __init__(self, seal_key: str) -> None:
        key = bytes.fromhex(seal_key)
        if len(key) != KEY:
            raise ValueError("the seal key is 32 bytes, written as 64 hexadecimal digits")
        self._cipher = AESGCM(key)

    def seal(self, secret: bytes, bound_to: str) -> bytes:
        """The secret encrypted, so that it opens only beside what it is bound to."""
        nonce = secrets.token_bytes(NONCE)
        return nonce + self._cipher.encrypt(nonce, secret, bound_to.encode())

    def unseal(self, sealed: bytes, bound_to: str) -> bytes:
        """The secret. ValueError where it was sealed under another key, or for something else."""
        try:
            return self._cipher.decrypt(sealed[:NONCE], sealed[NONCE:], bound_to.encode())
        except InvalidTag:
            raise ValueError("sealed under another key: set GATEWAY_SEAL_KEY to the one it was sealed with") from None
