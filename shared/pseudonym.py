"""Children without their names: a keyed pseudonym that is always the same, and the identifier sealed beside it."""

import base64
import hashlib
import hmac
from collections.abc import Sequence

from shared.children import normal
from shared.vault import Vault

KEY = 32


class Pseudonyms:
    """Derives pseudonyms under the partnership's keys, the present one first, and has identifiers sealed beside them.

    ValueError where a key is not 32 bytes written as hex.
    """

    def __init__(self, pseudonym_keys: Sequence[str], vault: Vault) -> None:
        self._keys, self._vault = [bytes.fromhex(key) for key in pseudonym_keys], vault
        if any(len(key) != KEY for key in self._keys):
            raise ValueError("a pseudonym key is 32 bytes, written as 64 hexadecimal digits")

    def of(self, kind: str, identifier: str) -> str:
        """The pseudonym of one typed identifier: 16 letters and digits, the same for every way of writing it."""
        return self.every(kind, identifier)[0]

    def every(self, kind: str, identifier: str) -> tuple[str, ...]:
        """Its pseudonyms under all keys: the present one, and its aliases."""
        message = f"{kind}\0{normal(identifier)}".encode()
        digests = (hmac.new(key, message, hashlib.sha256).digest()[:10] for key in self._keys)
        return tuple(base64.b32encode(digest).decode() for digest in digests)

    def seal(self, identifier: str, bound_to: str) -> bytes:
        """The identifier encrypted, so that it opens only beside the record that it is bound to."""
        return self._vault.seal(identifier.encode(), bound_to)

    def open(self, sealed: bytes, bound_to: str) -> str:
        """The identifier. ValueError where the seal is broken, under an unknown key, or of another record."""
        return self._vault.open(sealed, bound_to).decode()
