"""The sandbox's history is the same on every machine, and has something to say about everything."""

import pytest
from sqlalchemy import func, select

from services.escalations.decisions.models import VoteEntry
from services.escalations.escalations.domain import LEFT, Do, Outcome, Theme
from services.escalations.escalations.models import Escalation, HistoryEntry
from services.escalations.learning.domain import Status as LearningStatus
from services.escalations.learning.models import LearningPoint
from services.escalations.notes.domain import Kind as NoteKind
from services.escalations.notes.models import Note
from services.escalations.register.models import REGISTER
from services.escalations.reports.figures import DURATIONS, FIGURES, Behind
from services.escalations.reports.snapshots import take
from services.escalations.rulebook import CALENDAR
from services.escalations.sandbox import fill
from services.escalations.sandbox.lessons import ROUTES
from services.escalations.sandbox.scripts import DISPUTES, RAISERS, RECEIVERS
from shared.calendar import Quarter
from shared.contracts.governance import AgencyRegistered
from shared.now import SANDBOX_BEGINS
from tests.service.escalations.running import Running

pytestmark = pytest.mark.anyio

AGENCIES = {*RAISERS, *RECEIVERS, "cheshire-fire-and-rescue-service"}


async def filled(suite: Running) -> None:
    """A sandbox with its history."""
    database = suite.runtime.database
    async with database.transaction() as tx:
        for agency in sorted(AGENCIES):
            event = AgencyRegistered(
                subject=agency,
                name=agency,
                agency_type="academy",
                effective_from=None,
                effective_to=None,
                successor_ids=(),
                expected_to_raise=True,
            )
            await REGISTER.keep_agency(tx, event)
    await fill(database, suite.runtime.settings)


async def test_eight_quarters(suite: Running) -> None:
    """Once filled it is not filled again, and every kind of ending is there."""
    await filled(suite)
    await fill(suite.runtime.database, suite.runtime.settings)
    async with suite.runtime.database.reading() as tx:
        counted = await tx.rows(select(Escalation.status, func.count().label("number")).group_by(Escalation.status))
        statuses = {row.status: row.number for row in counted}
        themes = await tx.rows(select(Escalation.primary_theme).distinct())
        outcomes = await tx.rows(select(Escalation.outcome).distinct().where(Escalation.outcome.is_not(None)))
        stages = await tx.rows(select(Escalation.stage_order).distinct())
        learning = await tx.rows(select(LearningPoint.status, LearningPoint.route).distinct())
        notes = await tx.rows(select(Note.kind).distinct())
        disputes = await tx.rows(select(Escalation.status).where(Escalation.kind == "partnership_dispute"))
        votes = await tx.rows(select(VoteEntry.escalation_id, VoteEntry.stage_number, VoteEntry.outcome))
        moves = await tx.rows(select(HistoryEntry.did).distinct())
        latest = await tx.scalar(select(func.max(Escalation.raised_at)))
    assert sum(statuses.values()) == 115 + len(DISPUTES)
    assert statuses.keys() >= LEFT
    assert len(themes) == len(Theme)
    assert len(outcomes) >= len(Outcome) - 1
    assert len(stages) == 4
    assert {row.status for row in learning} == set(LearningStatus)
    assert {row.route for row in learning} == set(ROUTES)
    assert {row.kind for row in notes} == set(NoteKind)
    assert latest < SANDBOX_BEGINS
    assert [row.status for row in disputes] == ["closed"] * len(DISPUTES)
    assert len(votes) == sum(1 for dispute in DISPUTES for round_ in dispute.rounds for vote in round_ if vote)
    # Every way in which a matter can go on is played, but for meetings, chases and what is acknowledged before it is answered.
    assert {row.did for row in moves} == {"raise", *Do} - {"acknowledge", "meet", "promise", "chase"}


async def test_every_figure_has_something_to_say(suite: Running) -> None:
    """Over the eight quarters no figure of the report is nought, and no duration is missing.

    But for how far learning has come, of which governance tells.
    """
    await filled(suite)
    counted: set[str] = set()
    async with suite.runtime.database.reading() as tx:
        for quarter in Quarter.of(SANDBOX_BEGINS).preceding(8):
            found = await take(tx, quarter, CALENDAR)
            counted |= {figure for figure, cut in found.counts if not cut} | {time for time, cut in found.times}
    told = {figure.id for figure in FIGURES.values() if figure.behind is Behind.LEARNING} | {"still"}
    assert (FIGURES.keys() | DURATIONS.keys()) - told == counted
