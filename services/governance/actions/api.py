"""The operations that show actions; those that move them stand with what is done by them."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Request, Response
from sqlalchemy import Row

from services.governance.actions import queries
from services.governance.actions.commands import course_of, signing_of
from services.governance.actions.domain import RUNNING
from services.governance.actions.schemas import (
    ActionCounts,
    ActionPage,
    ActionShown,
    ActionWhole,
    DecisionShown,
    DueDateShown,
    EntryShown,
    EvidenceShown,
    FilterActions,
    ListActions,
    SignatureShown,
    UpdateShown,
    Waiting,
)
from services.governance.delays.domain import delay, drifts, sentence
from services.governance.plans.domain import Phase
from shared.auth import Caller, Requires
from shared.db import Tx
from shared.etag import etag
from shared.listing import OR_CSV, Pages, table_or
from shared.policy import governance_actions as policy
from shared.routing import Router
from shared.schemas import CauseShown
from shared.transactions import ReadTx

router = Router(tags=["actions"])


@router.get("/actions", summary="List actions", response_model=ActionPage, responses=OR_CSV)
async def list_actions(
    request: Request,
    caller: Annotated[Caller, Requires(policy.LIST_ACTIONS)],
    tx: ReadTx,
    wanted: Annotated[ListActions, Query()],
    pages: Pages,
) -> ActionPage | Response:
    """Those that you may see, newest first: your own, your agency's, those of the bodies on which you sit, or all."""
    filters = queries.Filters(**wanted.chosen())
    rows = partial(queries.page, tx, caller.principal, caller.reach, filters)
    found = await pages.of(wanted, filters, rows, lambda row: (row.proposed_at, row.id), datetime.fromisoformat, UUID)
    items = await shown(tx, found.rows)
    whole = ActionPage.model_construct(items=items, next=found.next)
    return table_or(request, whole, items, ActionShown, found.next)


@router.get("/actions/counts", summary="Count actions")
async def count_actions(
    caller: Annotated[Caller, Requires(policy.LIST_ACTIONS)], tx: ReadTx, wanted: Annotated[FilterActions, Query()]
) -> ActionCounts:
    """How many stand where, and how many of them are late, drift, wait for a body or have a stale signature."""
    rows = await queries.counts(tx, caller.principal, caller.reach, queries.Filters(**wanted.model_dump()))
    by_status: dict[str, int] = {}
    waiting: dict[str, int] = {}
    for row in rows:
        by_status[row.status] = by_status.get(row.status, 0) + row.number
        if row.waiting_for:
            waiting[row.waiting_for] = waiting.get(row.waiting_for, 0) + row.number
    return ActionCounts.model_construct(
        actions=sum(row.number for row in rows),
        by_status=by_status,
        waiting=[
            Waiting.model_construct(body_id=body_id, actions=number) for body_id, number in sorted(waiting.items())
        ],
        **{
            name: sum(getattr(row, name) for row in rows) for name in ("overdue", "drifting", "stale", "update_missing")
        },
    )


@router.get("/actions/{action_id}", summary="Read one action")
async def read_action(
    action_id: UUID, response: Response, caller: Annotated[Caller, Requires(policy.READ_ACTION)], tx: ReadTx
) -> ActionWhole:
    """One action with its history, updates, evidence, moves of its dates, signatures, and what was decided about its drift."""
    return await show(tx, caller, action_id, response)


async def show(tx: Tx, caller: Caller, action_id: UUID, response: Response) -> ActionWhole:
    """The action as it now stands."""
    row = await queries.with_file(tx, caller.principal, action_id)
    response.headers["etag"] = etag(row.version)
    signatures = [SignatureShown.model_construct(**one, stale=_stale(one, row)) for one in row.signatures or ()]
    return ActionWhole.model_construct(
        **facts(row, tx.now, await names(tx, [row]))
        | {
            "entries": [EntryShown.model_construct(**one) for one in row.entries or ()],
            "updates": [UpdateShown.model_construct(**one) for one in row.updates or ()],
            "evidence": [EvidenceShown.model_construct(**one) for one in row.evidence or ()],
            "due_dates": [DueDateShown.model_construct(**one) for one in row.due_dates or ()],
            "signatures": signatures,
            "decisions": [DecisionShown.model_construct(**one) for one in row.decisions or ()],
        }
    )


async def shown(tx: Tx, rows: "list[Row[Any]] | Any") -> list[ActionShown]:
    """Actions as answers show them, each with the sentence on its date."""
    named = await names(tx, rows)
    return [ActionShown.model_construct(**facts(row, tx.now, named)) for row in rows]


async def names(tx: Tx, rows: "list[Row[Any]] | Any") -> Mapping[str, str]:
    """What the bodies are called that these actions wait for, or have waited for."""
    wanted = {one["body_id"] for row in rows for one in row.waits} | {row.waiting_for for row in rows}
    return await queries.names_of(tx, {one for one in wanted if one})


def facts(row: Row[Any], now: datetime, names: Mapping[str, str]) -> dict[str, Any]:
    """An action's columns, with how it is delayed as of today; of a closed one, as of its closing."""
    known = row._asdict()
    day, course = queries.as_at(row, now), course_of(known)
    late = delay(course, day)
    runs = row.status in RUNNING
    what = "Due" if row.impact_from is None else "Impact due"
    return known | {
        "causes": [CauseShown.model_construct(**cause) for cause in row.causes],
        "moves": len(row.moved_from),
        "delay": sentence(course, day, names, what),
        "days_over": late.over,
        "days_waited": late.over - late.own,
        "overdue": late.own > 0,
        "drifting": drifts(course, signing_of(known).moves_tolerated, day),
        "update_missing": bool(runs and row.update_by and row.update_by < day),
    }


def _stale(signature: Mapping[str, Any], row: Row[Any]) -> bool:
    now = row.impact_sha256 if signature["phase"] in {Phase.IMPACT, Phase.CLOSING} else row.activity_sha256
    return bool(signature["set_aside_at"] is None and signature["sha256"] != now)
