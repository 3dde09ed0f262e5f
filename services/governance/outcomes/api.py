"""The operations on a meeting's outcomes."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Response
from sqlalchemy import Row

from services.governance.meetings import queries as meetings
from services.governance.outcomes import commands, queries
from services.governance.outcomes.schemas import Outcomes, OutcomeShown, RecordOutcome
from shared.auth import Caller, Requires
from shared.policy import governance_meetings as policy
from shared.routing import Router
from shared.schemas import CauseShown
from shared.transactions import OnceTx, ReadTx

router = Router(tags=["meetings"])


@router.get("/meetings/{meeting_id}/outcomes", summary="See what came of a meeting")
async def list_outcomes(
    meeting_id: UUID, caller: Annotated[Caller, Requires(policy.READ_MEETING)], tx: ReadTx
) -> Outcomes:
    """What was noted, what was decided, and what is to be done, in order."""
    await meetings.get(tx, caller.principal, caller.reach, meeting_id)
    return Outcomes.model_construct(items=[_shown(row) for row in await queries.of_meeting(tx, meeting_id)])


@router.post("/meetings/{meeting_id}/outcomes", summary="Record what came of a meeting", status_code=201)
async def record_outcome(
    meeting_id: UUID,
    body: RecordOutcome,
    response: Response,
    caller: Annotated[Caller, Requires(policy.RECORD_OUTCOME)],
    tx: OnceTx,
) -> OutcomeShown:
    """Information; a decision of the body, refused without the statutory partners whom it needs; or an action, proposed."""
    fields = body.model_dump(exclude={"about", "causes"})
    about, causes = body.about.cause if body.about else None, [one.cause for one in body.causes]
    wanted = commands.Wanted(**fields, about=about, causes=causes)
    outcome_id = await commands.record(tx, caller.by(), meeting_id, wanted)
    response.headers["location"] = f"/governance/v1/meetings/{meeting_id}/outcomes"
    return next(_shown(row) for row in await queries.of_meeting(tx, meeting_id) if row.id == outcome_id)


def _shown(row: Row[Any]) -> OutcomeShown:
    shown = {name: row._mapping[name] for name in OutcomeShown.model_fields}
    causes = [CauseShown.model_construct(**cause) for cause in row.causes]
    return OutcomeShown.model_construct(**shown | {"causes": causes})
