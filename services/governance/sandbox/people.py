"""Who plays the history, and when: the made-up people, and mornings so many days before the sandbox's first."""

from datetime import UTC, datetime, time, timedelta
from uuid import NAMESPACE_URL, UUID, uuid5

from sqlalchemy import FromClause, select

from shared import policy
from shared.acting import By
from shared.days import LONDON, today
from shared.db import Tx
from shared.etag import etag
from shared.policy import Access, Action, AgencyType, Principal, Role
from shared.policy import governance as actions

SCOPES = frozenset({actions.READ_SCOPE, actions.WRITE_SCOPE})
COUNCIL, POLICE, ICB, SCRUTINEER = (
    "cheshire-east-council",
    "cheshire-constabulary",
    "nhs-cheshire-and-merseyside-icb",
    "independent-scrutineer",
)
TRUST = "mid-cheshire-hospitals-nhs-foundation-trust"
TYPES = {
    COUNCIL: AgencyType.COUNCIL,
    POLICE: AgencyType.POLICE,
    ICB: AgencyType.ICB,
    SCRUTINEER: AgencyType.INDEPENDENT,
    TRUST: AgencyType.ACUTE_TRUST,
}


class Past:
    """One transaction in which somebody acts on earlier days; the transaction's own instant is the sandbox's first."""

    def __init__(self, tx: Tx) -> None:
        self.tx, self._today = tx, today(tx.now)

    def ago(self, days: int, hour: int = 10) -> Tx:
        """The transaction, at that hour in London so many days before; of a rest day, the Friday before it."""
        day = self._today - timedelta(days=days)
        day -= timedelta(days=max(day.weekday() - 4, 0))
        self.tx.now = datetime.combine(day, time(hour), LONDON).astimezone(UTC)
        return self.tx


def made_id(*parts: str) -> UUID:
    """The id of something made up, the same in every sandbox."""
    return uuid5(NAMESPACE_URL, "/".join(("https://sandbox.example", *parts)))


def person_id(agency_id: str, role: str) -> UUID:
    """The id of the sandbox's person of this role at this agency, which the gateway makes by the same rule."""
    return made_id("people", agency_id, role)


def acting(agency_id: str, role: Role, action: Action, version: int = 0) -> By:
    """The agency's person of this role, who does something to what she has read at a version."""
    who = Principal(
        subject=str(person_id(agency_id, role)),
        client_id="sandbox",
        agency_id=agency_id,
        agency_type=TYPES[agency_id],
        roles=frozenset({role}),
        scopes=SCOPES,
        access=Access.USER,
    )
    return By(who, policy.reach(who, action), etag(version))


async def version(tx: Tx, table: FromClause, identity: UUID) -> int:
    """The version of a record as it stands."""
    found: int = await tx.scalar(select(table.c.version).where(table.c.id == identity))
    return found


async def is_there(tx: Tx, table: FromClause, identity: UUID) -> bool:
    """Whether a record has been made already."""
    return bool(await tx.scalar(select(table.c.id).where(table.c.id == identity)))
