"""The operation that hands an agency all that is its own."""

from typing import Annotated

from fastapi import Response

from services.escalations.exports.queries import PARTS
from shared.auth import Caller, Requires
from shared.exports import ZIP, handed_out
from shared.policy import escalations as policy
from shared.routing import Router
from shared.transactions import ReadTx

router = Router(tags=["exports"])

ABOUT = "Children stand under pseudonyms; their numbers are in no export."


@router.get("/export", summary="Take out all that is one's own", responses=ZIP, response_class=Response)
async def export_escalations(caller: Annotated[Caller, Requires(policy.EXPORT)], tx: ReadTx) -> Response:
    """A zip of every matter, letter, note, learning point, opening and access record of your own agency; not of those that you act for."""
    return await handed_out(caller, tx, ABOUT, PARTS)
