"""The operation on the gateway's signing keys."""

from typing import Annotated

from fastapi import Request
from pydantic import Field

from services.gateway.authorization import keys
from services.gateway.state import gateway_of
from shared import schemas
from shared.auth import Caller, Requires
from shared.policy import View
from shared.policy import gateway as policy
from shared.routing import Router
from shared.transactions import WriteTx

router = Router(tags=["keys"])


class RotateKeys(schemas.Request):
    """A turn of the keys."""

    compromised: Annotated[
        schemas.Flag,
        Field(description="Somebody else may have the present key: withdraw it now, with all it has signed."),
    ] = False


@router.post("/keys/rotate", summary="Rotate the signing keys", status_code=204)
async def rotate_keys(
    request: Request, body: RotateKeys, caller: Annotated[Caller, Requires(policy.ROTATE_KEYS)], tx: WriteTx
) -> None:
    """The next key signs as soon as it has been published for five minutes, and another is published to follow it; tokens
    already issued stay good. Where a turn is under way already, nothing is done.
    """
    caller.shows("gateway.key", "compromised" if body.compromised else "next", View.IDENTIFIED)
    await keys.rotate(tx, gateway_of(request).vault, compromised=body.compromised)
