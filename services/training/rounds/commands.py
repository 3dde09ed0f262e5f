"""What time does to evaluations: they are asked, called to mind, lapse, and are withdrawn of who was not there."""

from datetime import datetime, timedelta

from sqlalchemy import insert, update

from services.training.certificates import commands as certificates
from services.training.evaluations import commands as evaluations
from services.training.evaluations.domain import Audience, Moment, Status
from services.training.evaluations.models import Evaluation, ImpactSample
from services.training.rounds import queries
from services.training.rounds.domain import day_in, due_at, remind_at, sampled
from services.training.rulebook import CALENDAR, EvaluationKind, evaluation_kind, evaluation_kinds
from services.training.sessions.domain import Status as SessionStatus
from services.training.sessions.models import Session
from shared.days import day_begins
from shared.db import Tx
from shared.errands import queued


async def ask_due(tx: Tx) -> int:
    """Ask whom it is time to ask; how many."""
    return sum([await _ask(tx, kind, Moment(moment)) for kind in evaluation_kinds() for moment in kind.asks])


async def _ask(tx: Tx, kind: EvaluationKind, moment: Moment) -> int:
    grace = timedelta(days=kind.ask_until_days)
    if moment is Moment.IMPACT:
        until = tx.now - timedelta(days=kind.impact_after_days)
        return await _ask_impact(tx, kind, until - grace, until)
    if moment is Moment.BEFORE:
        rows = await queries.to_ask(tx, kind, moment, tx.now, _before_until(tx.now, kind))
    else:
        rows = await queries.to_ask(tx, kind, moment, tx.now - grace, tx.now)
    for row in rows:
        until, reminded = _times(tx, kind, moment, row.session_starts_at)
        await evaluations.ask(tx, kind, row.course_id, [row], moment, Audience.ATTENDEE, until, reminded)
    return len(rows)


async def _ask_impact(tx: Tx, kind: EvaluationKind, after: datetime, until: datetime) -> int:
    """Draw the sample of one session, and ask it and the managers whom it has named."""
    session = await queries.to_sample(tx, kind, after, until)
    if session is None:
        return 0
    came = await queries.came(tx, session.id)
    chosen = sampled(session.id, [row.id for row in came], kind.impact_sample_percent)
    asked = [row for row in came if row.id in chosen]
    sample = {
        "session_id": session.id,
        "asked_at": tx.now,
        "percent": kind.impact_sample_percent,
        "came": len(came),
        "chosen": len(asked),
        "settled_at": None if asked else tx.now,
        "measured": None if asked else False,
    }
    await tx.execute(insert(ImpactSample), sample)
    until, reminded = _times(tx, kind, Moment.IMPACT, session.ends_at)
    await evaluations.ask(tx, kind, session.course_id, asked, Moment.IMPACT, Audience.ATTENDEE, until, reminded)
    if kind.asked(Moment.IMPACT, manager=True):
        named = await queries.with_manager(tx, [row.id for row in asked])
        theirs = [row for row in asked if row.id in named]
        await evaluations.ask(tx, kind, session.course_id, theirs, Moment.IMPACT, Audience.MANAGER, until, reminded)
    return 1


def _before_until(now: datetime, kind: EvaluationKind) -> datetime:
    return day_begins(day_in(now, kind.before_days + 1)) - timedelta(microseconds=1)


def _times(tx: Tx, kind: EvaluationKind, moment: Moment, starts_at: datetime) -> tuple[datetime, datetime | None]:
    """Until when what is asked now is answered, and when it is called to mind first."""
    until = starts_at if moment is Moment.BEFORE else due_at(tx.now, kind.days_to_answer(moment))
    return until, remind_at(tx.now, until, kind.remind_days, tx.now, CALENDAR)


async def remind_due(tx: Tx) -> int:
    """Write again to who has not answered; how many."""
    due = (Evaluation.status == Status.ASKED) & (Evaluation.remind_at <= tx.now)
    rows = await queries.evaluations(tx, due, Evaluation.remind_at)
    for row in rows:
        kind = evaluation_kind(row.kind, row.kind_version)
        again = {
            "reminded": row.reminded + 1,
            "remind_at": remind_at(row.asked_at, row.due_at, kind.remind_days, tx.now, CALENDAR),
            **queued(tx),
        }
        await tx.execute(update(Evaluation).where(Evaluation.id == row.id).values(**again))
    return len(rows)


async def lapse_due(tx: Tx) -> int:
    """Let lapse what nobody has answered in time; how many. Before a session that was moved there is time until it starts now."""
    await tx.execute(queries.FOLLOW_SESSION)
    due = (Evaluation.status == Status.ASKED) & (Evaluation.due_at <= tx.now)
    rows = await queries.evaluations(tx, due, Evaluation.due_at)
    for row in rows:
        await evaluations.lapse(tx, row)
    return len(rows)


async def follow_register(tx: Tx) -> int:
    """Withdraw what is asked of who does not come or was not there, ask again who was, and certify as it now says; how many."""
    gone, back = await queries.to_withdraw(tx), await queries.to_ask_again(tx)
    for row in gone:
        await evaluations.withdraw(tx, row)
    for row in back:
        kind = evaluation_kind(row.kind, row.kind_version)
        until, reminded = _times(tx, kind, Moment(row.moment), row.starts_at)
        await evaluations.ask_again(tx, row, until, reminded)
    new = await queries.to_certify(tx)
    for row in new:
        await certificates.issue(tx, [row], row.course_id)
    return len(gone) + len(back) + len(new) + await certificates.correct(tx)


async def next_ask(tx: Tx) -> datetime | None:
    """When the next are asked, as far as sessions are planned or held."""
    found = []
    for kind in evaluation_kinds():
        if Moment.BEFORE in kind.asks:
            after = _before_until(tx.now, kind)
            starts = await queries.next_session(tx, kind, SessionStatus.PLANNED, Session.starts_at, after)
            found.append(starts and day_begins(day_in(starts, -kind.before_days)))
        if Moment.IMPACT in kind.asks:
            wait = timedelta(days=kind.impact_after_days)
            ends = await queries.next_session(tx, kind, SessionStatus.HELD, Session.ends_at, tx.now - wait)
            found.append(ends and ends + wait)
    return min((instant for instant in found if instant), default=None)


async def next_reminder(tx: Tx) -> datetime | None:
    """When the next is reminded."""
    return await queries.first(tx, Evaluation.remind_at, Evaluation.status == Status.ASKED)


async def next_lapse(tx: Tx) -> datetime | None:
    """When the next lapses."""
    return await queries.first(tx, Evaluation.due_at, Evaluation.status == Status.ASKED)
