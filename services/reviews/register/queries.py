"""Which agencies the three statutory partners are, and who holds their votes."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Text, cast, func, select

from services.reviews.register.models import Agency, Seat
from shared.days import today
from shared.db import Tx
from shared.joint_decisions import queries
from shared.joint_decisions.domain import DecidedBy, Partner
from shared.letters.domain import Addressee
from shared.problems import Conflict


class PartnersUnknown(Conflict):
    """The register has not said who the three statutory partners are."""

    code = "partners_unknown"
    title = "The three partners are not in the register"
    cure = "Enter them, or wait until it is heard."


async def partners(tx: Tx) -> dict[Partner, str]:
    """The agency of each of the three today. PartnersUnknown until governance has told of all of them."""
    found = await queries.partners(tx, Agency.__table__)
    if missing := [one.value for one in Partner if one not in found]:
        raise PartnersUnknown(f"The register has no {' and no '.join(missing)} today; see /governance/v1/agencies.")
    return found


async def voters(tx: Tx, levels: Collection[DecidedBy]) -> Sequence[Addressee]:
    """Who holds a partner's vote at these levels today, in her own right or as a named deputy, and has given an address."""
    return await _held(tx, Seat.roles.overlap([level.value for level in levels]))


async def asker(tx: Tx, person_id: str, agency_id: str | None) -> Addressee | None:
    """Somebody of an agency who asked the three, at the address that she has given for a seat; None where she has none."""
    found = await _held(tx, cast(Seat.person_id, Text) == person_id, Seat.agency_id == agency_id)
    return found[0] if found else None


async def _held(tx: Tx, *clauses: Any) -> Sequence[Addressee]:
    day = today(tx.now)
    sits = Seat.starts_on <= day, func.coalesce(Seat.ends_on, day) >= day
    statement = select(Seat.agency_id, Seat.name, Seat.email).where(*sits, *clauses)
    rows = await tx.rows(statement.distinct().order_by(Seat.email))
    return [Addressee(row.agency_id, row.name, row.email) for row in rows]
