"""Who is in the sandbox: for each statutory agency one person of each role that it may hold, and some of other agencies.

A person's id is made of her agency and role, so that other services' sandboxes can name her without asking.
"""

from base64 import b32encode
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha1
from uuid import NAMESPACE_URL, UUID, uuid5

from shared.policy import STATUTORY, AgencyType, Role, may_hold

PASSWORD = "made-up people only"
FRONT, CALLBACK = "sandbox-front", "http://127.0.0.1/sandbox-front"
# The private half of the key that every sandbox system signs with; published on purpose, registered in sandboxes only.
KEY = {
    "kty": "EC",
    "crv": "P-256",
    "kid": "sandbox",
    "x": "EJo5i6OjwconWYl5LX18rVNH5wvNkUyTu-KLtMwASU4",
    "y": "D7pnHUheLa0RC12G2A-ex2_y_VL8N0Co3bWRrtGj5tA",
    "d": "vqhZItLt83OHEK1npCKSbqflubkm1AggTKWhHtgaHys",
}


@dataclass(frozen=True, slots=True)
class Part:
    """An agency of the sandbox: its short name on the command line, its id and type in the register, and its name."""

    short: str
    agency_id: str
    type: AgencyType
    name: str
    roles: tuple[Role, ...]

    @property
    def system(self) -> str:
        """The client id of its system."""
        return f"sandbox-{self.short}-system"


@dataclass(frozen=True, slots=True)
class Player:
    """A made-up person."""

    part: Part
    role: Role
    name: str

    @property
    def person_id(self) -> UUID:
        """The same in every sandbox."""
        return person_id(self.part.agency_id, self.role)

    @property
    def email(self) -> str:
        """With which she signs in; `.example` is nobody's."""
        return f"{self.role.value.replace('_', '-')}@{self.part.short}.example"

    @property
    def totp_secret(self) -> str:
        """What her authenticator app would keep."""
        return b32encode(sha1(self.email.encode(), usedforsecurity=False).digest()).decode()


def person_id(agency_id: str, role: str) -> UUID:
    """The id of the sandbox's person of this role at this agency."""
    return uuid5(NAMESPACE_URL, f"https://sandbox.example/people/{agency_id}/{role}")


def _every_role(kind: AgencyType) -> tuple[Role, ...]:
    return tuple(role for role in Role if may_hold(role, kind))


_PRACTICE = (Role.PRACTITIONER, Role.AGENCY_LEAD)
PARTS = (
    Part(
        "council", "cheshire-east-council", AgencyType.COUNCIL, "Cheshire East Council", _every_role(AgencyType.COUNCIL)
    ),
    Part("police", "cheshire-constabulary", AgencyType.POLICE, "Cheshire Constabulary", _every_role(AgencyType.POLICE)),
    Part(
        "icb",
        "nhs-cheshire-and-merseyside-icb",
        AgencyType.ICB,
        "NHS Cheshire and Merseyside Integrated Care Board",
        _every_role(AgencyType.ICB),
    ),
    Part(
        "trust",
        "mid-cheshire-hospitals-nhs-foundation-trust",
        AgencyType.ACUTE_TRUST,
        "Mid Cheshire Hospitals NHS Foundation Trust",
        (*_PRACTICE, Role.DATA_PROVIDER),
    ),
    Part("school", "adlington-primary-school", AgencyType.SCHOOL_MAINTAINED, "Adlington Primary School", _PRACTICE),
    Part(
        "scrutineer",
        "independent-scrutineer",
        AgencyType.INDEPENDENT,
        "Independent scrutineer",
        (Role.SCRUTINEER, Role.MEDIATOR, Role.REVIEWER, Role.IMPROVEMENT_ADVISER),
    ),
    Part("inspectorate", "ofsted", AgencyType.INSPECTORATE, "Ofsted", (Role.INSPECTOR,)),
)
assert {part.type for part in PARTS} >= STATUTORY

_FIRST = (
    "Alex",
    "Blair",
    "Casey",
    "Devon",
    "Ellis",
    "Frankie",
    "Gray",
    "Harper",
    "Indra",
    "Jordan",
    "Kit",
    "Lee",
    "Morgan",
)
_LAST = ("Ashdown", "Birch", "Cobbold", "Dale", "Elmes", "Fenwick", "Garland", "Heron", "Ives", "Juniper", "Kestrel")


def players() -> Iterator[Player]:
    """Everybody."""
    pairs = ((part, role) for part in PARTS for role in part.roles)
    for number, (part, role) in enumerate(pairs):
        yield Player(part, role, f"{_FIRST[number % len(_FIRST)]} {_LAST[number % len(_LAST)]}")


def player(short: str, role: str) -> Player:
    """One person. LookupError names who there is."""
    for one in players():
        if (one.part.short, one.role.value) == (short, role):
            return one
    roles = [one.role.value for one in players() if one.part.short == short]
    if roles:
        raise LookupError(f"Nobody at {short} has the role {role!r} in the sandbox; there are: {', '.join(roles)}.")
    raise LookupError(f"There is no agency {short!r} in the sandbox; there are: {', '.join(p.short for p in PARTS)}.")
