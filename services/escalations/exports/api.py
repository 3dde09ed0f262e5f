"""The operation that hands an agency all that is its own."""

from typing import Annotated

from fastapi import Response

from services.escalations.exports import queries
from shared.auth import Caller, Requires
from shared.exports import ZIP, handed_out
from shared.policy import View
from shared.policy import escalations as policy
from shared.routing import Router
from shared.transactions import ReadTx

router = Router(tags=["exports"])

ABOUT = (
    "Everything that is the agency's own. JSON lines (one record a line, UTF-8) and CSV (RFC 4180) hold the same. Children "
    "stand under pseudonyms; their numbers are in no export. People of other agencies are left out."
)


@router.get("/export", summary="Take out all that is one's own", responses=ZIP, response_class=Response)
async def export_escalations(caller: Annotated[Caller, Requires(policy.EXPORT)], tx: ReadTx) -> Response:
    """A zip of every matter, letter, note and access record of your own agency; not of those that you act for."""
    agency_id = caller.principal.agency_id
    matters = await queries.own_matters(tx, agency_id)
    parts = [(part.name, part.about, queries.batches(tx, part, agency_id, matters)) for part in queries.PARTS]
    answer = await handed_out(tx, "escalations", agency_id, ABOUT, parts)
    for escalation_id in matters:
        caller.shows(queries.NOUN, escalation_id, View.IDENTIFIED, "export")
    return answer
