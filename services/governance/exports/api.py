"""The operation that hands an agency all that is its own."""

from typing import Annotated

from fastapi import Response

from services.governance.exports.queries import PARTS
from shared.auth import Caller, Requires
from shared.exports import ZIP, batches, handed_out
from shared.policy import governance as policy
from shared.routing import Router
from shared.transactions import ReadTx

router = Router(tags=["exports"])

ABOUT = (
    "Everything that is the agency's own. JSON lines (one record a line, UTF-8) and CSV (RFC 4180) hold the same. People of "
    "other agencies are left out; bodies, meetings and what they decided are read by everybody and are no agency's own."
)


@router.get("/export", summary="Take out all that is one's own", responses=ZIP, response_class=Response)
async def export_governance(caller: Annotated[Caller, Requires(policy.EXPORT)], tx: ReadTx) -> Response:
    """A zip of your agency's entry, people, actions, risks, challenges, votes and letters; not of those that you act for."""
    agency_id = caller.principal.agency_id
    parts = [(part.name, part.about, batches(tx, part.statement, {"agency_id": agency_id})) for part in PARTS]
    return await handed_out(tx, "governance", agency_id, ABOUT, parts)
