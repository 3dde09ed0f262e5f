"""The operation that shows the ladders."""

from typing import Annotated

from services.escalations.ladders import queries
from services.escalations.ladders.domain import Ladder, Stage
from services.escalations.ladders.schemas import ClockOf, Ladders, LadderShown, StageOf
from shared.auth import Caller, Requires
from shared.policy import escalations as policy
from shared.routing import Router
from shared.transactions import ReadTx

router = Router(tags=["ladders"])


@router.get("/ladders", summary="List ladders")
async def list_ladders(caller: Annotated[Caller, Requires(policy.LIST_LADDERS)], tx: ReadTx) -> Ladders:
    """Every version, with its stages and their clocks, its source, and whether anybody has verified it."""
    return Ladders(items=[_shown(ladder) for ladder in await queries.every(tx)])


def _shown(ladder: Ladder) -> LadderShown:
    plain = ("code", "version", "name", "kind", "verified", "source", "effective_from", "effective_to", "default")
    return LadderShown(**{name: getattr(ladder, name) for name in plain}, stages=[_stage(s) for s in ladder.stages])


def _stage(stage: Stage) -> StageOf:
    clocks = [
        ClockOf(duty=c.duty, priority=priority, amount=given.amount, unit=given.unit, on_breach=c.on_breach)
        for c in stage.clocks
        for priority, given in c.allowances.items()
    ]
    return StageOf(
        order=stage.order,
        name=stage.name,
        formality=stage.formality,
        seniority=stage.seniority,
        form_required=stage.form_required,
        decided_by=stage.decided_by,
        on_dissent=stage.on_dissent,
        clocks=clocks,
    )
