"""The operation that hands an agency all that is its own."""

from typing import Annotated

from fastapi import Response

from services.governance.exports.queries import PARTS
from shared.auth import Caller, Requires
from shared.exports import ZIP, handed_out
from shared.policy import governance as policy
from shared.routing import Router
from shared.transactions import ReadTx

router = Router(tags=["exports"])

ABOUT = "Bodies, meetings and what they decided are read by everybody and are no agency's own."


@router.get("/export", summary="Take out all that is one's own", responses=ZIP, response_class=Response)
async def export_governance(caller: Annotated[Caller, Requires(policy.EXPORT)], tx: ReadTx) -> Response:
    """A zip of your agency's entry, people, actions, risks, challenges, votes and letters; not of those that you act for."""
    return await handed_out(caller, tx, ABOUT, PARTS)
