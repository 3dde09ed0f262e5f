"""The operations that show figures, and whether a session adds up."""

from collections import Counter
from collections.abc import Iterable
from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import Query

from services.training.attendance.domain import CAME
from services.training.bookings.domain import Status
from services.training.courses.api import check_year
from services.training.courses.queries import days_of
from services.training.figures import domain, queries
from services.training.figures.domain import (
    DEFINITIONS,
    shares,
    sums_up,
    unsettled,
)
from services.training.figures.queries import Counted, Filters
from services.training.figures.schemas import (
    AskFigures,
    Figures,
    Line,
    OfSessions,
    Reconciliation,
    Share,
    StatusCount,
    UnsettledShown,
)
from services.training.sessions import queries as sessions
from services.training.sessions.domain import Status as SessionStatus
from shared.auth import Caller, Requires
from shared.days import day_begins, today
from shared.policy import training as policy
from shared.routing import Router
from shared.transactions import ReadTx

router = Router(tags=["figures"])


@router.get("/figures", summary="Read the figures")
async def read_figures(
    caller: Annotated[Caller, Requires(policy.READ_FIGURES)], tx: ReadTx, wanted: Annotated[AskFigures, Query()]
) -> Figures:
    """Who came to the sessions that were held, attendances and people apart, and how full those were at which one books.

    An agency's lead sees the own agency's delegates.
    """
    filters = filters_of(wanted)
    counted = await queries.counted(tx, caller.principal, caller.reach, filters, wanted.by)
    return Figures.model_construct(as_on=today(tx.now), lines=[_line(one) for one in counted])


@router.get("/sessions/{session_id}/reconciliation", summary="Read whether a session adds up")
async def read_reconciliation(
    session_id: UUID, caller: Annotated[Caller, Requires(policy.RECONCILE)], tx: ReadTx
) -> Reconciliation:
    """Every delegate has exactly one final status once a session is over; who has not is named, with the reason."""
    session = await sessions.get(tx, session_id)
    await sessions.must_hold(tx, caller.principal, caller.reach, session_id)
    status, delegates = SessionStatus(session.status), await queries.delegates(tx, session_id)
    left = unsettled(status, delegates)
    return Reconciliation.model_construct(
        session_id=session_id,
        status=session.status,
        reconciles=None if status is SessionStatus.PLANNED else not left,
        sums_up=sums_up(delegates, session.places),
        by_status=_by_status(domain.Seen(one.status, one.had_place) for one in delegates),
        unsettled=[
            UnsettledShown.model_construct(booking_id=UUID(one.id), status=one.status.value, why=one.why)
            for one in left
        ],
    )


def filters_of(wanted: OfSessions) -> Filters:
    """The sessions that are asked for; those of a year between its first day and its last."""
    check_year(wanted.year)
    given = wanted.model_dump(exclude={"by", "year"})
    if wanted.year:
        first, last = days_of(wanted.year)
        begins, ends = day_begins(first), day_begins(last + timedelta(days=1))
        given["starts_from"] = max(begins, given["starts_from"] or begins)
        given["starts_before"] = min(ends, given["starts_before"] or ends)
    return Filters(**given)


def _line(counted: Counted) -> Line:
    return Line.model_construct(
        key=counted.key,
        title=counted.title,
        sessions=counted.sessions if counted.places is not None else None,
        places=counted.places,
        delegates=sum(one.count for one in counted.seen),
        by_status=_by_status(counted.seen),
        shares=[_share(one) for one in shares(counted.booked, counted.places)],
        attendances=sum(one.count for one in counted.seen if one.status in CAME),
        people=counted.people,
    )


def _share(share: domain.Share) -> Share:
    said = DEFINITIONS[share.measure]
    return Share.model_construct(
        measure=share.measure.value,
        title=said.title,
        numerator=share.numerator,
        numerator_is=said.numerator,
        denominator=share.denominator,
        denominator_is=said.denominator,
        value=share.value,
    )


def _by_status(seen: Iterable[domain.Seen]) -> list[StatusCount]:
    counted: Counter[Status] = Counter()
    for one in seen:
        counted[one.status] += one.count
    return [StatusCount.model_construct(status=one.value, delegates=counted[one]) for one in Status if counted[one]]
