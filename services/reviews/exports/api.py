"""The operation that hands an agency all that is its own."""

from typing import Annotated

from fastapi import Response

from services.reviews.exports.queries import PARTS
from shared.auth import Caller, Requires
from shared.exports import ZIP, handed_out
from shared.policy import reviews as policy
from shared.routing import Router
from shared.transactions import ReadTx

router = Router(tags=["exports"])

ABOUT = (
    "No number of a child is in any export. Other agencies' returns and what panels write are in none; "
    "what is published is read by everybody."
)


@router.get("/export", summary="Take out all that is one's own", responses=ZIP, response_class=Response)
async def export_reviews(caller: Annotated[Caller, Requires(policy.EXPORT)], tx: ReadTx) -> Response:
    """A zip of your agency's referrals, returns, answers, holds, recommendations, votes and letters; not of those that you act for."""
    return await handed_out(caller, tx, ABOUT, PARTS)
