"""The operation that hands an agency all that is its own."""

from typing import Annotated

from fastapi import Response

from services.training.exports.queries import PARTS
from shared.auth import Caller, Requires
from shared.exports import ZIP, handed_out
from shared.policy import training as policy
from shared.routing import Router
from shared.transactions import ReadTx

router = Router(tags=["exports"])

ABOUT = (
    "The programme is read by everybody and is no agency's own; what a delegate answered of a session's worth is hers."
)


@router.get("/export", summary="Take out all that is one's own", responses=ZIP, response_class=Response)
async def export_training(caller: Annotated[Caller, Requires(policy.EXPORT)], tx: ReadTx) -> Response:
    """A zip of your people's bookings, certificates and evaluations without answers, and of letters; not of those that you act for."""
    return await handed_out(caller, tx, ABOUT, PARTS)
