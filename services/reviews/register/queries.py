"""Which agencies the three statutory partners are."""

from sqlalchemy import select

from services.reviews.register.models import Agency
from shared.db import Tx
from shared.joint_decisions.domain import Partner
from shared.problems import Conflict
from shared.rules import calendar


class PartnersUnknown(Conflict):
    """The register has not said who the three statutory partners are."""

    code = "partners_unknown"
    title = "The three partners are not in the register"


async def partners(tx: Tx) -> dict[Partner, str]:
    """The agency of each of the three today. PartnersUnknown until governance has told of all of them."""
    day = calendar().date_of(tx.now)
    statement = (
        select(*Agency.__table__.c).where(Agency.agency_type.in_([one.value for one in Partner])).order_by(Agency.id)
    )
    found = {
        Partner(row.agency_type): row.id
        for row in await tx.rows(statement)
        if (row.effective_from is None or row.effective_from <= day)
        and (row.effective_to is None or row.effective_to >= day)
    }
    if missing := [one.value for one in Partner if one not in found]:
        raise PartnersUnknown(f"The register has no {' and no '.join(missing)} today; see /governance/v1/agencies.")
    return found
