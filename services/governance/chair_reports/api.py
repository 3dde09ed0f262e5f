"""The operations on chairs' reports."""

from datetime import datetime
from functools import partial
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Response
from sqlalchemy import Row

from services.governance.chair_reports import commands, queries
from services.governance.chair_reports.schemas import (
    ChairReportPage,
    ChairReportShown,
    ListReports,
    OwedReport,
    OwedReports,
    Report,
)
from shared.auth import Caller, Requires
from shared.listing import Pages
from shared.paging import GREATEST
from shared.policy import governance_meetings as policy
from shared.routing import Router
from shared.transactions import OnceTx, ReadTx

router = Router(tags=["meetings"])


@router.get("/chair-reports", summary="List chairs' reports")
async def list_reports(
    caller: Annotated[Caller, Requires(policy.LIST_CHAIR_REPORTS)],
    tx: ReadTx,
    wanted: Annotated[ListReports, Query()],
    pages: Pages,
) -> ChairReportPage:
    """What chairs have reported upward, the last first: by a body, to a body, on a meeting."""
    filters = queries.Filters(**wanted.chosen())
    rows = partial(queries.page, tx, caller.principal, caller.reach, filters)
    position = (datetime.fromisoformat, UUID)
    found = await pages.of(wanted, filters, rows, lambda row: (row.reported_at, row.id), *position)
    return ChairReportPage.model_construct(items=[_shown(row) for row in found.rows], next=found.next)


@router.get("/chair-reports/owed", summary="See which meetings were not reported upward")
async def list_owed(caller: Annotated[Caller, Requires(policy.LIST_CHAIR_REPORTS)], tx: ReadTx) -> OwedReports:
    """Meetings that took place, and of which the bodies above have heard nothing from the chair."""
    rows = await queries.owed(tx, caller.principal, caller.reach, GREATEST)
    return OwedReports.model_construct(items=[OwedReport.model_construct(**row._mapping) for row in rows])


@router.post("/meetings/{meeting_id}/report", summary="Report on a meeting to the bodies above", status_code=201)
async def report_meeting(
    meeting_id: UUID,
    body: Report,
    response: Response,
    caller: Annotated[Caller, Requires(policy.REPORT_MEETING)],
    tx: OnceTx,
) -> ChairReportShown:
    """The chair's report, to every body to which hers reports; it stands on their next agendas by itself."""
    await commands.report(tx, caller.by(), meeting_id, body.text)
    response.headers["location"] = f"/governance/v1/chair-reports?meeting_id={meeting_id}"
    row = await queries.of_meeting(tx, meeting_id)
    assert row
    return _shown(row)


def _shown(row: Row[Any]) -> ChairReportShown:
    return ChairReportShown.model_construct(**row._mapping)
