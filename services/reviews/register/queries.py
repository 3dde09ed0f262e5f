"""Which agencies the three statutory partners are."""

from services.reviews.register.models import Agency
from shared.db import Tx
from shared.joint_decisions import queries
from shared.joint_decisions.domain import Partner
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
