"""The operations on legal holds and on what is kept until when: the same in every service that keeps records about children."""

from collections import defaultdict
from datetime import date, datetime
from functools import partial
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Response
from sqlalchemy import Row

from shared.auth import Caller, Requires
from shared.db import Tx
from shared.etag import etag
from shared.keeping import commands
from shared.keeping.commands import Placing
from shared.keeping.domain import is_review_overdue
from shared.keeping.queries import Filters, HoldFilters, Keeping
from shared.keeping.schemas import (
    ClassKept,
    LegalHoldPage,
    LegalHoldShown,
    LegalHoldStep,
    LiftLegalHold,
    ListLegalHolds,
    ListRecords,
    PlaceLegalHold,
    RecordKept,
    RecordPage,
    ReviewLegalHold,
)
from shared.listing import Pages
from shared.policy import View
from shared.policy.keeping import Actions
from shared.routing import Router
from shared.transactions import IfMatch, OnceTx, ReadTx, WriteTx


def router(service: str, keeping: Keeping) -> Router:
    """The operations of one service."""
    found, may = Router(tags=["retention"]), Actions(service)

    @found.get("/retention", summary="List what is kept until when")
    async def list_retention(
        caller: Annotated[Caller, Requires(may.list_records)],
        tx: ReadTx,
        wanted: Annotated[ListRecords, Query()],
        pages: Pages,
    ) -> RecordPage:
        """Every record with the day from which it may go, and the period of its class: what is due, soon, or held. Nothing
        goes by itself."""
        filters = Filters(**wanted.chosen())
        rows = partial(keeping.page, tx, filters)
        found = await pages.of(wanted, filters, rows, lambda row: (row.place, row.id), date.fromisoformat, UUID)
        for row in found.rows:
            caller.shows(row.type, row.id, View.PSEUDONYMISED)
        items = [RecordKept.model_construct(**row._asdict()) for row in found.rows]
        return RecordPage.model_construct(items=items, classes=await _classes(tx, keeping), next=found.next)

    @found.post("/legal-holds", status_code=201, summary="Place a legal hold")
    async def place_legal_hold(
        body: PlaceLegalHold, response: Response, caller: Annotated[Caller, Requires(may.place)], tx: OnceTx
    ) -> LegalHoldShown:
        """Keep a matter as it is, with all that belongs to it and all that is added, until the hold is lifted."""
        hold_id = await commands.place(tx, keeping, caller.by(), Placing(**body.model_dump()))
        response.headers["location"] = f"/{service}/v1/legal-holds/{hold_id}"
        return await _show(tx, keeping, caller, hold_id, response)

    @found.get("/legal-holds", summary="List legal holds")
    async def list_legal_holds(
        caller: Annotated[Caller, Requires(may.list_holds)],
        tx: ReadTx,
        wanted: Annotated[ListLegalHolds, Query()],
        pages: Pages,
    ) -> LegalHoldPage:
        """The last placed first, the lifted ones too; an agency sees those that it has placed."""
        filters = HoldFilters(**wanted.chosen())
        rows = partial(keeping.holds, tx, caller.principal, caller.reach, filters)
        found = await pages.of(wanted, filters, rows, lambda row: (row.placed_at, row.id), datetime.fromisoformat, UUID)
        items = [_shown(tx, caller, row) for row in found.rows]
        return LegalHoldPage.model_construct(items=items, next=found.next)

    @found.get("/legal-holds/{legal_hold_id}", summary="Read one legal hold")
    async def read_legal_hold(
        legal_hold_id: UUID, response: Response, caller: Annotated[Caller, Requires(may.read)], tx: ReadTx
    ) -> LegalHoldShown:
        """One legal hold with what was done to it."""
        return await _show(tx, keeping, caller, legal_hold_id, response)

    @found.post("/legal-holds/{legal_hold_id}/review", summary="Say that a legal hold lasts")
    async def review_legal_hold(
        legal_hold_id: UUID,
        body: ReviewLegalHold,
        response: Response,
        caller: Annotated[Caller, Requires(may.review)],
        tx: WriteTx,
        if_match: IfMatch = None,
    ) -> LegalHoldShown:
        """It was looked at and lasts; the day of the next look, and why, stand beside the earlier ones."""
        by = caller.by(if_match)
        await commands.review(tx, keeping, by, legal_hold_id, review_on=body.review_on, reason=body.reason)
        return await _show(tx, keeping, caller, legal_hold_id, response)

    @found.post("/legal-holds/{legal_hold_id}/lift", summary="Lift a legal hold")
    async def lift_legal_hold(
        legal_hold_id: UUID,
        body: LiftLegalHold,
        response: Response,
        caller: Annotated[Caller, Requires(may.lift)],
        tx: WriteTx,
        if_match: IfMatch = None,
    ) -> LegalHoldShown:
        """It is over, as the agency says that placed it; the matter is free when its last hold is lifted."""
        await commands.lift(tx, keeping, caller.by(if_match), legal_hold_id, reason=body.reason)
        return await _show(tx, keeping, caller, legal_hold_id, response)

    return found


async def _show(tx: Tx, keeping: Keeping, caller: Caller, hold_id: UUID, response: Response) -> LegalHoldShown:
    row = await keeping.get(tx, caller.principal, caller.reach, hold_id)
    response.headers["etag"] = etag(row.version)
    return _shown(tx, caller, row)


def _shown(tx: Tx, caller: Caller, row: Row[Any]) -> LegalHoldShown:
    caller.shows(row.matter_type, row.matter_id, View.PSEUDONYMISED, "legal hold")
    said = row._asdict() | {
        "steps": [LegalHoldStep.model_construct(**one) for one in row.steps],
        "review_overdue": is_review_overdue(row.status, row.review_on, tx.now),
    }
    return LegalHoldShown.model_construct(**said)


async def _classes(tx: Tx, keeping: Keeping) -> list[ClassKept]:
    counts: dict[str, dict[str, int]] = defaultdict(lambda: dict.fromkeys(("runs", "kept", "soon", "due", "held"), 0))
    for row in await keeping.counts(tx):
        counts[row.retention_class][row.standing] = row.number
    periods = {code: row._asdict() for code, row in (await keeping.schedule(tx)).items()}
    nothing = dict.fromkeys(("title", "months", "source", "effective_from")) | {"verified": False}
    return [
        ClassKept.model_construct(retention_class=code, **periods.get(code, nothing) | counts[code])
        for code in sorted(counts)
    ]
