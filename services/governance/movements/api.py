"""The operations on movements: of one risk, and of the register, in every format of a document."""

from typing import Annotated
from uuid import UUID

from fastapi import Path
from fastapi.responses import Response

from services.governance.movements import queries
from services.governance.movements.schemas import of_one, of_register
from services.governance.risks import queries as risks
from shared.auth import Caller, Requires
from shared.days import today
from shared.documents.formats import CONTENT, Format, answer
from shared.policy import governance as policy
from shared.routing import Router
from shared.transactions import ReadTx

router = Router(tags=["risks"])

Ending = Annotated[Format, Path(alias="format")]


@router.get("/risk-movement.{format}", summary="See how the register moved", responses=CONTENT, response_class=Response)
async def read_movement(ending: Ending, caller: Annotated[Caller, Requires(policy.LIST_RISKS)], tx: ReadTx) -> Response:
    """Live risks by band over twelve months as a picture with its table, and where each went; of those that you may see."""
    found = await queries.risks(tx, caller.principal, caller.reach)
    courses = await queries.courses(tx, found)
    return await answer(of_register(found, courses, risks.matrix_on(today(tx.now)), tx.now), ending, "risks")


@router.get(
    "/risks/{risk_id}/movement.{format}", summary="See how a risk moved", responses=CONTENT, response_class=Response
)
async def read_movement_of_risk(
    risk_id: UUID, ending: Ending, caller: Annotated[Caller, Requires(policy.READ_RISK)], tx: ReadTx
) -> Response:
    """Its scores over the months as a picture with its table, against the threshold; and each score with its reason."""
    row = await risks.get(tx, caller.principal, caller.reach, risk_id)
    made = of_one(row, await risks.scores(tx, risk_id), risks.matrix(row.matrix_version), tx.now)
    return await answer(made, ending, row.reference.lower())
