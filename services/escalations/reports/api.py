"""The operations on reports: read one in any format, see the rows behind a figure, freeze a quarter."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Header, Path, Query, Request, Response
from fastapi.responses import Response as Plain
from sqlalchemy import Row

from services.escalations.reports import commands, queries, snapshots
from services.escalations.reports.document import Report, document
from services.escalations.reports.domain import (
    BeingPrepared,
    Edition,
    ExactOnly,
    NotFrozen,
    NotPublished,
    Snapshot,
    Unknown,
    Wider,
)
from services.escalations.reports.schemas import (
    Ask,
    Became,
    Freeze,
    Frozen,
    LearningPointBehind,
    LearningPointsBehind,
    MatterBehind,
    MattersBehind,
    Supply,
    WantLearningPoints,
    WantRows,
)
from services.escalations.rulebook import CALENDAR
from services.escalations.ways.domain import Station
from shared import policy as policies
from shared.auth import Caller, Requires
from shared.calendar import Quarter
from shared.documents.formats import CONTENT, Format, accepted, answer
from shared.openapi import REFUSED
from shared.paging import page
from shared.policy import Scope, View
from shared.policy import escalations as policy
from shared.problems import Invalid
from shared.routing import Router
from shared.transactions import ReadTx, WriteTx

router = Router(tags=["reports"])

NOUN = "escalations.escalation"
Year = Annotated[
    str,
    Path(
        description="From April: 2026-27.",
        examples=["2026-27"],
        max_length=7,
        json_schema_extra={"pattern": "^[0-9]{4}-[0-9]{2}$"},
    ),
]
Which = Annotated[
    str,
    Path(description="Q1 is April to June.", examples=["Q2"], max_length=2, json_schema_extra={"pattern": "^Q[1-4]$"}),
]
Wanted = Annotated[
    Edition | None,
    Query(description="`wider` for the edition that may be passed on; without it, the widest that you may see."),
]
AS_JSON = {"application/json": {"schema": {"type": "object", "description": "Its figures, as canonical JSON."}}}
SNAPSHOT: dict[int | str, dict[str, Any]] = {200: {"description": "The snapshot.", "content": AS_JSON}}
REPORT = "/reports/{year}/{quarter}"
OR_UNPUBLISHED = CONTENT | {409: {"description": "The wider edition is not published.", "content": REFUSED}}
KEEP_PRIVATE = {"Cache-Control": "private, no-store"}


@router.get(
    REPORT + ".{format}",
    summary="Read a quarter's report in one format",
    responses=OR_UNPUBLISHED,
    response_class=Plain,
)
async def read_report_as(
    year: Year,
    quarter: Which,
    ending: Annotated[Format, Path(alias="format")],
    caller: Annotated[Caller, Requires(policy.READ_REPORT)],
    tx: ReadTx,
    edition: Wanted = None,
) -> Response:
    """The same report as JSON, HTML, CSV, PDF or spreadsheet, by the ending of its address."""
    return await _answer(tx, caller, _quarter(year, quarter), edition, ending)


@router.get(
    REPORT + "/snapshot", summary="Read the snapshot of a frozen quarter", responses=SNAPSHOT, response_class=Plain
)
async def read_snapshot(
    year: Year, quarter: Which, caller: Annotated[Caller, Requires(policy.READ_REPORT)], tx: ReadTx
) -> Response:
    """The figures as canonical JSON (RFC 8785), byte for byte: their SHA-256 is the hash that every rendering prints."""
    _must_be_exact(caller)
    of = _quarter(year, quarter)
    kept = await _frozen(tx, of)
    await _shows(tx, caller, kept.published.quarter)
    return Plain(kept.published.quarter.canonical, media_type="application/json", headers=KEEP_PRIVATE)


@router.get("/reports/{year}/{quarter}/rows", summary="See the matters behind a figure")
async def read_rows(
    request: Request,
    year: Year,
    quarter: Which,
    caller: Annotated[Caller, Requires(policy.READ_REPORT_ROWS)],
    tx: ReadTx,
    wanted: Annotated[WantRows, Query()],
) -> MattersBehind:
    """The matters that a figure counts as known now, in one cut; every one shown is recorded."""
    if not queries.has_rows(wanted.figure, wanted.cut):
        by = f" by {', '.join(wanted.cut)}" if wanted.cut else ""
        raise Unknown(f"The report counts no {wanted.figure!r}{by}; the `rows` of each figure of its JSON lead here.")
    of = _quarter(year, quarter)
    cursors, filters = request.app.state.runtime.cursors, f"{of} {wanted.figure} {sorted(wanted.cut.items())}"
    after = cursors.read(caller.principal, filters, wanted.cursor, UUID)
    period = queries.bounds(of.starts, min(of.ends, max(tx.now, of.starts)), CALENDAR)
    rows = await queries.behind(tx, wanted.figure, wanted.cut, period, wanted.limit + 1, after[0] if after else None)
    found = page(rows, wanted.limit, lambda row: cursors.make(caller.principal, filters, (row.id,)))
    for row in found.rows:
        caller.shows(NOUN, row.id, View.PSEUDONYMISED)
    items = [MatterBehind.model_construct(**row._mapping) for row in found.rows]
    return MattersBehind.model_construct(items=items, next=found.next)


@router.get("/reports/{year}/{quarter}/learning-points", summary="See the learning points behind a figure")
async def read_learning_points(
    request: Request,
    year: Year,
    quarter: Which,
    caller: Annotated[Caller, Requires(policy.READ_REPORT_ROWS)],
    tx: ReadTx,
    wanted: Annotated[WantLearningPoints, Query()],
) -> LearningPointsBehind:
    """The learning points of any service that a figure counts as known now, and where each stands; the first drawn first.

    What is to be learnt, and all that follows from it, is read on its thread; every one shown is recorded.
    """
    if not queries.has_learning(wanted.figure, wanted.cut):
        raise Unknown(
            f"No figure {wanted.figure!r} counts learning by {', '.join(wanted.cut) or 'nothing'} in the report."
        )
    of = _quarter(year, quarter)
    cursors, filters = request.app.state.runtime.cursors, f"{of} {wanted.figure} {sorted(wanted.cut.items())}"
    after = cursors.read(caller.principal, filters, wanted.cursor, datetime.fromisoformat, str)
    period = queries.bounds(of.starts, min(of.ends, max(tx.now, of.starts)), CALENDAR)
    rows = await queries.learning_behind(tx, wanted.figure, wanted.cut, period, wanted.limit + 1, after)
    found = page(rows, wanted.limit, lambda row: cursors.make(caller.principal, filters, (row.begun_at, row.id)))
    for row in found.rows:
        caller.shows(row.type, row.id, View.PSEUDONYMISED)
    return LearningPointsBehind.model_construct(items=list(map(_learning_point, found.rows)), next=found.next)


@router.post("/reports/{year}/{quarter}/freeze", summary="Freeze a quarter", status_code=201)
async def freeze_report(
    year: Year,
    quarter: Which,
    body: Freeze,
    caller: Annotated[Caller, Requires(policy.FREEZE_REPORT)],
    tx: WriteTx,
) -> Frozen:
    """Keep the quarter as it is known now: the same figures next year. Its wider edition is prepared after the answer."""
    of = _quarter(year, quarter)
    frozen = await commands.freeze(tx, of, CALENDAR, caller.principal.subject)
    return Frozen(quarter=str(of), hash=frozen, frozen_at=tx.now, wider=Wider.BEING_PREPARED)


@router.get("/reports/{year}/{quarter}/freeze", summary="See how a quarter was frozen")
async def read_freeze(
    year: Year, quarter: Which, caller: Annotated[Caller, Requires(policy.READ_REPORT)], tx: ReadTx
) -> Frozen:
    """When, with which hash, and what has become of its wider edition since."""
    of = _quarter(year, quarter)
    kept = await _frozen(tx, of)
    return Frozen(quarter=str(of), hash=kept.published.quarter.hash, frozen_at=kept.at, wider=kept.wider)


@router.put("/reports/{year}/{quarter}/decisions/{number}", summary="Ask for a decision", status_code=204)
async def ask_decision(
    year: Year,
    quarter: Which,
    number: Annotated[int, Path(ge=1, le=commands.ASKED_AT_MOST)],
    body: Ask,
    caller: Annotated[Caller, Requires(policy.ASK_DECISION)],
    tx: WriteTx,
) -> None:
    """One of the three decisions that the report asks for."""
    await commands.ask(tx, _quarter(year, quarter), number, body.text, caller.principal.subject)


@router.post(
    "/reports/{year}/{quarter}/decisions/{number}/became", summary="Say what became of a decision", status_code=204
)
async def answer_decision(
    year: Year,
    quarter: Which,
    number: Annotated[int, Path(ge=1, le=commands.ASKED_AT_MOST)],
    body: Became,
    caller: Annotated[Caller, Requires(policy.ASK_DECISION)],
    tx: WriteTx,
) -> None:
    """The next quarter's page one tells it."""
    await commands.became(tx, _quarter(year, quarter), number, body.text, caller.principal.subject)


@router.put("/reports/{year}/{quarter}/denominators/{code}", summary="Supply a denominator", status_code=204)
async def supply_denominator(
    year: Year,
    quarter: Which,
    code: commands.Code,
    body: Supply,
    caller: Annotated[Caller, Requires(policy.SUPPLY_DENOMINATOR)],
    tx: WriteTx,
) -> None:
    """What a rate of the report is over, in the name of your agency."""
    await commands.supply(tx, _quarter(year, quarter), code, body.number, caller.principal.agency_id)


@router.get(REPORT, summary="Read a quarter's report", responses=OR_UNPUBLISHED, response_class=Plain)
async def read_report(
    year: Year,
    quarter: Which,
    caller: Annotated[Caller, Requires(policy.READ_REPORT)],
    tx: ReadTx,
    edition: Wanted = None,
    accept: Annotated[str | None, Header(include_in_schema=False)] = None,
) -> Response:
    """The report in the format that you accept: JSON unless you say otherwise."""
    wanted = accepted(accept)
    return await _answer(tx, caller, _quarter(year, quarter), edition, wanted)


@router.get(
    "/reports/{begins:int}/{ends:int}/{quarter}",
    summary="Read a quarter's report, its year as it is printed",
    responses=OR_UNPUBLISHED,
    response_class=Plain,
)
async def read_report_as_printed(
    begins: Annotated[int, Path(description="2026, of 2026/27.", examples=[2026], ge=2000, le=2199)],
    ends: Annotated[int, Path(description="27, of 2026/27.", examples=[27], ge=0, le=99)],
    quarter: Which,
    caller: Annotated[Caller, Requires(policy.READ_REPORT)],
    tx: ReadTx,
    edition: Wanted = None,
    accept: Annotated[str | None, Header(include_in_schema=False)] = None,
) -> Response:
    """The same report: a year is written 2026/27 or 2026-27."""
    return await _answer(tx, caller, _quarter(f"{begins}-{ends:02}", quarter), edition, accepted(accept))


def _learning_point(row: Row[Any]) -> LearningPointBehind:
    stations = [station.value for station in Station if row._mapping[station.value]]
    return LearningPointBehind.model_construct(
        type=row.type,
        id=row.id,
        thread=f"/governance/v1/threads/{row.type}/{row.id}",
        drawn_at=row.begun_at,
        stations=stations,
        stopped_since=row.since and row.since.isoformat(),
    )


async def _answer(tx: ReadTx, caller: Caller, quarter: Quarter, edition: Edition | None, wanted: Format) -> Response:
    made = document(await _report(tx, caller, quarter, edition))
    return await answer(made, wanted, f"escalations-{quarter.slug}-Q{quarter.number}")


async def _report(tx: ReadTx, caller: Caller, quarter: Quarter, edition: Edition | None) -> Report:
    edition = edition or (Edition.EXACT if _exact(caller) else Edition.WIDER)
    if edition is Edition.EXACT:
        _must_be_exact(caller)
    kept = await snapshots.kept(tx, quarter)
    if edition is Edition.WIDER:
        if kept is None:
            raise NotPublished(f"The wider edition of {quarter} is prepared when the quarter is frozen.")
        if kept.wider is Wider.BEING_PREPARED:
            raise BeingPrepared(f"{quarter} is frozen; what its wider edition must hide is being searched for.")
        if kept.wider is Wider.WITHHELD:
            raise NotPublished(f"Nothing protects the small numbers of {quarter}; its wider edition is withheld.")
        return Report(kept.published, edition, frozen_at=kept.at, earlier=await snapshots.frozen_before(tx, quarter))
    may_see_rows = bool(policies.reach(caller.principal, policy.READ_REPORT_ROWS).views)
    address = f"/escalations/v1/reports/{quarter.slug}/Q{quarter.number}" if may_see_rows else None
    today = await snapshots.take(tx, quarter, CALENDAR)
    await _shows(tx, caller, kept.published.quarter if kept else today)
    if kept is None:
        return Report(snapshots.unpublished(today), edition, address=address)
    return Report(kept.published, edition, address=address, frozen_at=kept.at, today=today)


async def _frozen(tx: ReadTx, quarter: Quarter) -> snapshots.Kept:
    kept = await snapshots.kept(tx, quarter)
    if kept is None:
        raise NotFrozen(f"{quarter} is not frozen; until then its figures change.")
    return kept


async def _shows(tx: ReadTx, caller: Caller, shown: Snapshot) -> None:
    """What exact counts stand beside: matters told of one by one, each of which is recorded."""
    for matter_id in await queries.with_references(tx, shown.named):
        caller.shows(NOUN, matter_id, View.PSEUDONYMISED)


def _exact(caller: Caller) -> bool:
    return caller.reach.view(Scope.ALL) is not View.ANONYMISED


def _must_be_exact(caller: Caller) -> None:
    if not _exact(caller):
        raise ExactOnly("Exact counts are for those who work with the cases; you may read the wider edition.")


def _quarter(year: str, quarter: str) -> Quarter:
    """The quarter of an address. Invalid says how to write it."""
    for field, number in (("year", "Q1"), ("quarter", quarter)):
        try:
            found = Quarter.parse(year, number)
        except ValueError as wrong:
            raise Invalid.field(field, "quarter", f"{wrong}.") from None
    return found
