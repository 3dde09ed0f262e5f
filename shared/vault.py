"""Seals what must be read again and by nobody else: identifiers, authenticators' secrets, signing keys."""

import secrets
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY, KEY_ID, NONCE = 32, 4, 12


class Vault:
    """AES-256-GCM under the first of its keys; opens what any of them has sealed, for each value names its key.

    ValueError where a key is not 32 bytes written as hex.
    """

    def __init__(self, *keys: str) -> None:
        self._ciphers = {_id(key): AESGCM(key) for key in map(_read, keys)}
        self.key_id = next(iter(self._ciphers))

    def seal(self, secret: bytes, bound_to: str) -> bytes:
        """The secret encrypted, so that it opens only beside what it is bound to; it begins with `key_id`."""
        nonce = secrets.token_bytes(NONCE)
        return self.key_id + nonce + self._ciphers[self.key_id].encrypt(nonce, secret, bound_to.encode())

    def open(self, sealed: bytes, bound_to: str) -> bytes:
        """The secret. ValueError where it was sealed under another key, or for something else."""
        cipher = self._ciphers.get(sealed[:KEY_ID])
        if cipher is None:
            raise ValueError("sealed under a key that is neither SAFER_SEAL_KEY nor among SAFER_OTHER_SEAL_KEYS")
        begin = KEY_ID + NONCE
        try:
            return cipher.decrypt(sealed[KEY_ID:begin], sealed[begin:], bound_to.encode())
        except InvalidTag:
            raise ValueError("what is sealed is damaged, or belongs to another record") from None


def _read(key: str) -> bytes:
    read = bytes.fromhex(key)
    if len(read) != KEY:
        raise ValueError("a seal key is 32 bytes, written as 64 hexadecimal digits")
    return read


def _id(key: bytes) -> bytes:
    return sha256(b"seal key" + key).digest()[:KEY_ID]
