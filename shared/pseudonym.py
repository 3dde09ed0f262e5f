"""Children without their names: a keyed pseudonym that is always the same, and the identifier sealed beside it."""

import base64
import hashlib
import hmac
import secrets
import unicodedata

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE = 12
KEY = 32


class Pseudonyms:
    """Derives pseudonyms under the partnership's key, and seals and opens identifiers under another.

    ValueError where a key is not 32 bytes written as hex.
    """

    def __init__(self, pseudonym_key: str, seal_key: str) -> None:
        self._key, sealing = bytes.fromhex(pseudonym_key), bytes.fromhex(seal_key)
        if len(self._key) != KEY or len(sealing) != KEY:
            raise ValueError("the pseudonym key and the seal key are 32 bytes each, written as 64 hexadecimal digits")
        self._seal = AESGCM(sealing)

    def of(self, kind: str, identifier: str) -> str:
        """The pseudonym of one typed identifier: 16 letters and digits, the same for every way of writing it."""
        message = f"{kind}\0{normal(identifier)}".encode()
        digest = hmac.new(self._key, message, hashlib.sha256).digest()[:10]
        return base64.b32encode(digest).decode()

    def seal(self, identifier: str, bound_to: str) -> bytes:
        """The identifier encrypted, so that it opens only beside the record that it is bound to."""
        nonce = secrets.token_bytes(NONCE)
        return nonce + self._seal.encrypt(nonce, identifier.encode(), bound_to.encode())

    def open(self, sealed: bytes, bound_to: str) -> str:
        """The identifier. ValueError where the seal is broken, under another key, or of another record."""
        try:
            return self._seal.decrypt(sealed[:NONCE], sealed[NONCE:], bound_to.encode()).decode()
        except InvalidTag:
            raise ValueError("the sealed identifier does not open here") from None


def normal(identifier: str) -> str:
    """An identifier without the blanks, dashes and cases in which people write it differently."""
    folded = unicodedata.normalize("NFKC", identifier).upper()
    return "".join(character for character in folded if character.isalnum())
