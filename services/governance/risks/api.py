"""The operations on risks: the register, the matrix, and one for each thing that is done."""

from functools import partial
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Request, Response
from sqlalchemy import Row

from services.governance.risks import commands, queries
from services.governance.risks.domain import Status
from services.governance.risks.schemas import (
    BandShown,
    ChangeRisk,
    ListRisks,
    MatrixShown,
    Point,
    RaiseRisk,
    ReviewRisk,
    RiskCounts,
    RiskPage,
    RiskShown,
    RiskStep,
    RiskWhole,
    SayOfRisk,
    ScoreRisk,
    ScoreShown,
)
from shared.auth import Caller, Requires
from shared.days import today, written
from shared.db import Tx
from shared.etag import etag
from shared.listing import OR_CSV, Pages, table_or
from shared.policy import governance as policy
from shared.routing import Router
from shared.schemas import CauseShown
from shared.transactions import IfMatch, OnceTx, ReadTx, WriteTx

router = Router(tags=["risks"])

SAID = {
    Status.ESCALATED: "With the Executive, whose answer is awaited.",
    Status.CLOSED: "Closed.",
}


@router.get("/risk-matrix", summary="Read the matrix of risks")
async def read_matrix(caller: Annotated[Caller, Requires(policy.LIST_RISKS)], tx: ReadTx) -> MatrixShown:
    """What likelihood and impact mean, the bands, and the score from which a risk is the Executive's."""
    found = queries.matrix_on(today(tx.now))
    bands = [
        BandShown.model_construct(code=one.code, title=one.title, from_score=one.from_score) for one in found.bands
    ]
    fields = {name: getattr(found, name) for name in MatrixShown.model_fields}
    lists = {"bands": bands, "likelihood": list(found.likelihood), "impact": list(found.impact)}
    return MatrixShown.model_construct(**fields | lists)


@router.get("/risks", summary="List the register of risks", response_model=RiskPage, responses=OR_CSV)
async def list_risks(
    request: Request,
    caller: Annotated[Caller, Requires(policy.LIST_RISKS)],
    tx: ReadTx,
    wanted: Annotated[ListRisks, Query()],
    pages: Pages,
) -> RiskPage | Response:
    """The highest current score first; as a table where `Accept` asks for text/csv."""
    filters = queries.Filters(**wanted.chosen())
    rows = partial(queries.page, tx, caller.principal, caller.reach, filters)
    found = await pages.of(wanted, filters, rows, lambda row: (row.current_score, row.id), int, UUID)
    items = [RiskShown.model_construct(**_shown(row, tx)) for row in found.rows]
    whole = RiskPage.model_construct(items=items, next=found.next)
    return table_or(request, whole, items, RiskShown, found.next)


@router.get("/risk-counts", summary="Count risks")
async def count_risks(caller: Annotated[Caller, Requires(policy.LIST_RISKS)], tx: ReadTx) -> RiskCounts:
    """How many live risks in each band, with the Executive, to be reviewed; of those that you may see."""
    found = dict(await queries.counts(tx, caller.principal, caller.reach))
    bands = {band.code: found["bands"].get(band.code, 0) for band in queries.matrix_on(today(tx.now)).bands}
    return RiskCounts.model_construct(**found | {"bands": bands})


@router.get("/risks/{risk_id}", summary="Read one risk")
async def read_risk(
    risk_id: UUID, response: Response, caller: Annotated[Caller, Requires(policy.READ_RISK)], tx: ReadTx
) -> RiskWhole:
    """One risk with every score it was given, and all that was done to it."""
    return await show(tx, caller, risk_id, response)


@router.post("/risks", status_code=201, summary="Raise a risk")
async def raise_risk(
    body: RaiseRisk, response: Response, caller: Annotated[Caller, Requires(policy.RAISE_RISK)], tx: OnceTx
) -> RiskWhole:
    """Enter a risk with its scores; at the threshold it goes to the Executive at once."""
    wanted = commands.Wanted(
        title=body.title,
        description=body.description,
        owner_agency_id=body.owner_agency_id,
        owner_body_id=body.owner_body_id,
        current=commands.Point(body.current.likelihood, body.current.impact),
        inherent=_point(body.inherent),
        target=_point(body.target),
        reason=body.reason,
        controls=body.controls,
        causes=[given.cause for given in body.causes],
    )
    risk_id = await commands.raise_risk(tx, caller.by(), wanted)
    response.headers["location"] = f"/governance/v1/risks/{risk_id}"
    return await show(tx, caller, risk_id, response)


@router.post("/risks/{risk_id}/score", summary="Score a risk")
async def score_risk(
    risk_id: UUID,
    body: ScoreRisk,
    response: Response,
    caller: Annotated[Caller, Requires(policy.SCORE_RISK)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> RiskWhole:
    """A score of today beside the earlier ones. The current one takes the risk to the Executive at the threshold, and back below it."""
    point = commands.Point(body.likelihood, body.impact)
    await commands.score(tx, caller.by(if_match), risk_id, body.which, point, body.reason)
    return await show(tx, caller, risk_id, response)


@router.post("/risks/{risk_id}/review", summary="Review a risk")
async def review_risk(
    risk_id: UUID,
    body: ReviewRisk,
    response: Response,
    caller: Annotated[Caller, Requires(policy.REVIEW_RISK)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> RiskWhole:
    """What the review found; the next one is due two months on, as the rule says."""
    await commands.review(tx, caller.by(if_match), risk_id, body.text, _point(body.current))
    return await show(tx, caller, risk_id, response)


@router.post("/risks/{risk_id}/change", summary="Change a risk")
async def change_risk(
    risk_id: UUID,
    body: ChangeRisk,
    response: Response,
    caller: Annotated[Caller, Requires(policy.CHANGE_RISK)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> RiskWhole:
    """Its words, its owners or its controls; what they were stays in its history."""
    changes = body.model_dump(exclude_unset=True, exclude={"reason"})
    await commands.change(tx, caller.by(if_match), risk_id, changes, body.reason)
    return await show(tx, caller, risk_id, response)


@router.post("/risks/{risk_id}/close", summary="Close a risk")
async def close_risk(
    risk_id: UUID,
    body: SayOfRisk,
    response: Response,
    caller: Annotated[Caller, Requires(policy.CLOSE_RISK)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> RiskWhole:
    """Why it is a risk no more; not while the Executive's answer is awaited."""
    await commands.close(tx, caller.by(if_match), risk_id, body.text)
    return await show(tx, caller, risk_id, response)


async def show(tx: Tx, caller: Caller, risk_id: UUID, response: Response) -> RiskWhole:
    """The risk as it now stands."""
    row = await queries.get(tx, caller.principal, caller.reach, risk_id)
    response.headers["etag"] = etag(row.version)
    return RiskWhole.model_construct(
        **_shown(row, tx)
        | {
            "causes": [CauseShown.model_construct(**cause) for cause in row.causes],
            "scores": [ScoreShown.model_construct(**one._mapping) for one in await queries.scores(tx, risk_id)],
            "steps": [RiskStep.model_construct(**one._mapping) for one in await queries.HISTORY.of(tx, risk_id)],
        }
    )


def _shown(row: Row[Any], tx: Tx) -> dict[str, Any]:
    status = Status(row.status)
    return row._asdict() | {
        "awaiting_executive": status is Status.ESCALATED,
        "overdue_review": status is not Status.CLOSED and row.review_due < today(tx.now),
        "overdue_reply": row.reply_due is not None and row.reply_due < today(tx.now),
        "in_words": SAID.get(status) or _said(row),
    }


def _said(row: Row[Any]) -> str:
    if row.status == Status.ASKED:
        due = f", by {written(row.reply_due)}" if row.reply_due else ""
        return f"The Executive wants to know more of {row.owner_agency_id} before it answers{due}."
    if row.status == Status.ANSWERED:
        return f"The Executive says: {row.answer}. It comes back there where the score rises."
    return f"Managed by {row.owner_body_id}, below the score at which it goes to the Executive."


def _point(given: Point | None) -> commands.Point | None:
    return commands.Point(given.likelihood, given.impact) if given else None
