"""The operations that show figures, and whether a session adds up."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, replace
from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response

from services.training.bookings.domain import Status
from services.training.courses.api import check_year
from services.training.courses.domain import today
from services.training.courses.queries import days_of
from services.training.evaluations.domain import VALUES
from services.training.evaluations.queries import scale_of
from services.training.figures import domain, queries
from services.training.figures.domain import (
    CAME,
    DEFINITIONS,
    WHO_ANSWERED,
    WHO_WAS_ASKED,
    By,
    shares,
    sums_up,
    unsettled,
    without_few,
)
from services.training.figures.queries import Counted, Filters, Said
from services.training.figures.schemas import (
    AnswersShown,
    AskFigures,
    AskWorth,
    ChangeShown,
    Figures,
    Line,
    Reconciliation,
    ReturnShown,
    Share,
    StatusCount,
    UnsettledShown,
    ValueCount,
    WorthLine,
    WorthShown,
)
from services.training.rulebook import fewest_on
from services.training.sessions import queries as sessions
from services.training.sessions.domain import Status as SessionStatus
from services.training.sessions.domain import day_begins
from shared.auth import Caller, Requires
from shared.documents.csv import MEDIA_TYPE, table
from shared.listing import OR_CSV
from shared.policy import Role
from shared.policy import training as policy
from shared.routing import Router
from shared.transactions import ReadTx

router = Router(tags=["figures"])

OWNERS = frozenset({Role.TRAINING_MANAGER, Role.BUSINESS_UNIT})
"""Who runs the programme, and sees what few have said."""


@router.get("/figures", summary="Read the figures")
async def read_figures(
    caller: Annotated[Caller, Requires(policy.READ_FIGURES)], tx: ReadTx, wanted: Annotated[AskFigures, Query()]
) -> Figures:
    """How full the sessions were that were held, and who came; an agency's lead sees those of the own agency's delegates."""
    filters = _filters(wanted)
    counted = await queries.counted(tx, caller.principal, caller.reach, filters, wanted.by)
    return Figures.model_construct(as_on=today(tx.now), lines=[_line(one) for one in counted])


@router.get(
    "/figures/evaluations", summary="Read what sessions were worth", response_model=WorthShown, responses=OR_CSV
)
async def read_worth(
    request: Request,
    caller: Annotated[Caller, Requires(policy.READ_WORTH)],
    tx: ReadTx,
    wanted: Annotated[AskWorth, Query()],
) -> WorthShown | Response:
    """Who has answered, of whom, what was answered and what has changed since before. A table where `Accept` asks for one."""
    day = today(tx.now)
    fewest, by = fewest_on(day), By(wanted.by.value)
    said = await queries.said(tx, caller.principal, caller.reach, _filters(wanted), by)
    if not OWNERS & caller.principal.roles:
        said = [replace(one, worth=without_few(one.worth, fewest)) for one in said]
    if "text/csv" in request.headers.get("accept", ""):
        return Response(table(COLUMNS, [row for one in said for row in _rows(one)]), media_type=MEDIA_TYPE)
    return WorthShown.model_construct(as_on=day, fewest=fewest, lines=[_worth(one) for one in said])


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


def _worth(said: Said) -> WorthLine:
    worth = said.worth
    return WorthLine.model_construct(
        key=said.key,
        title=said.title,
        moment=said.moment.value,
        audience=said.audience.value,
        returned=ReturnShown.model_construct(
            numerator=worth.returned.answered,
            numerator_is=WHO_ANSWERED,
            denominator=worth.returned.asked,
            denominator_is=WHO_WAS_ASKED[said.moment, said.audience],
            value=worth.returned.rate,
            late=worth.returned.late,
            lapsed=worth.returned.lapsed,
        ),
        answers=[
            AnswersShown.model_construct(
                question=one.question,
                answered=one.number,
                mean=one.mean,
                distribution=[
                    ValueCount.model_construct(value=value, words=words, count=one.counts.get(value, 0))
                    for value, words in VALUES[scale_of(one.question)].items()
                ],
            )
            for one in worth.answers
        ],
        changes=[ChangeShown.model_construct(**asdict(one)) for one in worth.changes],
        hidden=worth.hidden,
    )


COLUMNS = ("key", "title", "moment", "audience", "figure", "question", "value", "of")


def _rows(said: Said) -> Iterator[tuple[object, ...]]:
    """A line for each figure, with the number that it is over."""
    group, worth = (said.key, said.title, said.moment.value, said.audience.value), said.worth
    yield (*group, "answered", None, worth.returned.answered, worth.returned.asked)
    for one in worth.answers:
        yield (*group, "mean", one.question, one.mean, one.number)
        for value, count in sorted(one.counts.items()):
            yield (*group, f"chose {value}", one.question, count, one.number)
    for change in worth.changes:
        for name in ("better", "same", "worse", "mean_before", "mean_after"):
            yield (*group, name, change.question, getattr(change, name), change.compared)


def _filters(wanted: AskFigures | AskWorth) -> Filters:
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
        shares=[_share(one) for one in shares(counted.seen, counted.places)],
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
