"""How a certificate moves, and what its code is."""

import secrets
from enum import StrEnum

from shared.problems import Conflict

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # nothing that could be taken for something else
CODE_LENGTH = 26  # 128 bits, and a little


class Status(StrEnum):
    """Whether it holds."""

    ISSUED = "issued"
    REVOKED = "revoked"


class Do(StrEnum):
    """What can be done to a certificate: the register decides, nobody else."""

    REVOKE = "revoke"
    REINSTATE = "reinstate"


TRANSITIONS: dict[tuple[Status, Do], Status] = {
    (Status.ISSUED, Do.REVOKE): Status.REVOKED,
    (Status.REVOKED, Do.REINSTATE): Status.ISSUED,
}


def new_code() -> str:
    """A code that nobody can guess."""
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))


def grouped(code: str) -> str:
    """The code as it is printed: `ABCD-EFGH-…`."""
    return "-".join(code[place : place + 4] for place in range(0, len(code), 4))


def plain(given: str) -> str:
    """The code as it is kept, however it was typed."""
    return "".join(letter for letter in given.upper() if letter.isalnum())


class CertificateRevoked(Conflict):
    """The register says that the delegate did not attend the whole session."""

    code = "certificate_revoked"
    title = "This certificate has been revoked"
    cure = "Ask its trainers to correct the register, if it is wrong."
