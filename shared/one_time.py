"""The secret part of a one-time link: a record's id, signed, so that nothing secret is stored."""

import base64
import hmac
import re
from uuid import UUID

SIGNATURE = 20  # bytes; with the id's sixteen they make 48 characters without padding
TOKEN = re.compile(r"[A-Za-z0-9_-]{48}")


def signed(key: str, purpose: bytes, record_id: UUID) -> str:
    """The token of a record, under a key derived for one purpose from `key`, 32 bytes as hex."""
    return base64.urlsafe_b64encode(record_id.bytes + _signature(key, purpose, record_id)).decode()


def record_of(token: str, purpose: bytes, *keys: str) -> UUID | None:
    """The record whose token this is, or None where it was made under none of these keys, or for something else."""
    if not TOKEN.fullmatch(token):
        return None
    raw = base64.urlsafe_b64decode(token)
    record_id = UUID(bytes=raw[:16])
    signed = any(hmac.compare_digest(raw[16:], _signature(key, purpose, record_id)) for key in keys)
    return record_id if signed else None


def _signature(key: str, purpose: bytes, record_id: UUID) -> bytes:
    derived = hmac.digest(bytes.fromhex(key), purpose, "sha256")
    return hmac.digest(derived, record_id.bytes, "sha256")[:SIGNATURE]
