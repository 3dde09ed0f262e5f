"""The operations that tell how far a plan has come."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Path, Response

from services.governance.drift.api import listed
from services.governance.drift.queries import Filters, page
from services.governance.plans import queries as plans
from services.governance.plans.schemas import StatementShown
from services.governance.progress import queries
from services.governance.progress.domain import DEFINITIONS, DENOMINATOR, Figures, Share, figures, sentence
from services.governance.progress.schemas import AreaFigures, FiguresShown, Progress, ShareShown, document
from shared import policy as policies
from shared.auth import Caller, Requires
from shared.db import Tx
from shared.documents.formats import CONTENT, Format, answer
from shared.policy import Scope
from shared.policy import governance_actions as policy
from shared.routing import Router
from shared.transactions import ReadTx

router = Router(tags=["plans"])
MOST_SHOWN = 500


@router.get("/plans/{plan_id}/progress", summary="Read a plan's progress")
async def read_progress(plan_id: UUID, caller: Annotated[Caller, Requires(policy.READ_PLAN)], tx: ReadTx) -> Progress:
    """Closed, phase 1 and phase 2 as shares with their denominator and definition, by area; areas upon which nobody acts."""
    return await _progress(tx, caller, plan_id)


@router.get(
    "/plans/{plan_id}/progress.{format}",
    summary="Read a plan's progress as a document",
    responses=CONTENT,
    response_class=Response,
)
async def read_progress_as(
    plan_id: UUID,
    ending: Annotated[Format, Path(alias="format")],
    caller: Annotated[Caller, Requires(policy.READ_PLAN)],
    tx: ReadTx,
) -> Response:
    """For the body whose plan it is: the same shares, its areas, and each drifting action with the decision on it."""
    said = await _progress(tx, caller, plan_id)
    reach = policies.reach(caller.principal, policy.LIST_ACTIONS)
    late = await page(tx, caller.principal, reach, Filters(plan_id=plan_id), MOST_SHOWN, None)
    return await answer(document(said, await listed(tx, late)), ending, f"progress-{said.code}")


async def _progress(tx: Tx, caller: Caller, plan_id: UUID) -> Progress:
    plan = await plans.get(tx, plan_id)
    reach = policies.reach(caller.principal, policy.LIST_ACTIONS)
    standings = await queries.standings(tx, caller.principal, reach, plan_id)
    whole = figures(standings)
    areas = []
    for area in await plans.areas(tx, plan_id):
        of_it = [one for one in standings if one.area_code == area.code]
        areas.append(
            AreaFigures.model_construct(
                code=area.code, kind=area.kind, text=area.text, actions=len(of_it), **_shown(figures(of_it))
            )
        )
    without = figures(one for one in standings if one.area_code is None)
    said = [StatementShown.model_construct(**one._mapping) for one in await plans.statements(tx, plan_id)]
    return Progress.model_construct(
        plan_id=plan.id,
        code=plan.code,
        title=plan.title,
        as_at=tx.now,
        effective_to=plan.effective_to,
        sees_all=reach.view(Scope.ALL) is not None,
        sentence=sentence(whole),
        denominator=DENOMINATOR,
        whole=FiguresShown.model_construct(**_shown(whole)),
        areas=areas,
        without_area=FiguresShown.model_construct(**_shown(without)),
        statements=said,
    )


def _shown(found: Figures) -> dict[str, Any]:
    shares = {name: _share(getattr(found, name), DEFINITIONS[name]) for name in DEFINITIONS}
    numbers = ("proposed", "not_accepted", "superseded", "overdue", "drifting", "stale")
    return shares | {name: getattr(found, name) for name in numbers}


def _share(share: Share, definition: str) -> ShareShown:
    return ShareShown.model_construct(count=share.count, of=share.of, percent=share.percent, definition=definition)
