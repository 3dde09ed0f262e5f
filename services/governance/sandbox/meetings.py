"""A year of the Executive's and Learning and Improvement's meetings: decided, noted, minuted, reported; one seat often empty."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from services.governance.agendas import commands as agendas
from services.governance.attendances import commands as attendances
from services.governance.attendances import queries as registers
from services.governance.attendances.domain import How, Noted
from services.governance.body_decisions import commands as body_decisions
from services.governance.body_decisions.domain import How as Decided
from services.governance.chair_reports import commands as chair_reports
from services.governance.expectations import commands as expectations
from services.governance.explanations import commands as explanations
from services.governance.explanations.models import Explanation
from services.governance.invitations.models import Invitation
from services.governance.letters.models import Letter
from services.governance.meetings import commands, queries
from services.governance.meetings.commands import When
from services.governance.meetings.models import Meeting
from services.governance.memberships.domain import Seat
from services.governance.minutes import commands as minutes
from services.governance.outcomes import commands as outcomes
from services.governance.outcomes.domain import Kind
from services.governance.sandbox.people import COUNCIL, ICB, POLICE, TRUST, Past, acting, is_there, made_id, version
from shared.acting import By
from shared.db import Tx
from shared.errands import settle
from shared.joint_decisions.domain import Partner
from shared.policy import Action, Role
from shared.policy import governance as of_governance
from shared.policy import governance_meetings as actions

EXECUTIVE, LI = "executive", "learning-and-improvement"
CHAIRED_BY = {EXECUTIVE: COUNCIL, LI: POLICE}
LASTS, NOTICE = timedelta(hours=2), 28  # days
TABLE = Meeting.__table__
NOTED, DECIDED, ACTION = Kind.INFORMATION, Kind.DECISION, Kind.ACTION


@dataclass(frozen=True, kw_only=True)
class Held:
    """One made-up meeting: how long ago, what was before it, what came of it, who sent apologies or a deputy."""

    body_id: str
    ago: int
    business: str
    came: Sequence[tuple[Kind, str]]
    away: str | None = None
    deputised: str | None = None
    reported: str | None = None
    signs: bool = True  # whether its body had a chair by then who signed the minutes before


YEAR = (
    Held(
        body_id=LI,
        ago=329,
        business="Escalations of the second quarter",
        came=(
            (NOTED, "Answers at the second stage are slower than at the first."),
            (DECIDED, "Managers' answers at the second stage are followed week by week until March."),
        ),
        reported="The second stage is where challenges stall; it is followed week by week.",
    ),
    Held(
        body_id=EXECUTIVE,
        ago=301,
        business="Threshold guidance: who revises it, and by when",
        came=(
            (NOTED, "A group of young people described how a first visit feels."),
            (DECIDED, "The threshold guidance is revised by June, with the council in the lead."),
        ),
    ),
    Held(
        body_id=LI,
        ago=266,
        business="What the neglect audit found",
        came=((NOTED, "Nine of twelve cases had a tool filled in, and four a plan that used it."),),
        away=ICB,
        signs=False,
    ),
    Held(
        body_id=EXECUTIVE,
        ago=210,
        business="Budget of the coming year",
        came=(
            (NOTED, "A care leaver's recording was heard, on being told why a decision was made."),
            (DECIDED, "The budget of the coming year is agreed."),
        ),
    ),
    Held(
        body_id=LI,
        ago=147,
        business="Escalations of the fourth quarter",
        came=((NOTED, "Two agencies raised none; both were asked."),),
        away=ICB,
        reported="Two agencies raise no challenges. The ICB was not at our last two meetings.",
    ),
    Held(
        body_id=EXECUTIVE,
        ago=119,
        business="Threshold guidance for adoption",
        came=(
            (NOTED, "A parent's words on the new guidance were read."),
            (DECIDED, "The threshold guidance is adopted, and is reviewed within a year."),
        ),
        deputised=POLICE,
    ),
    Held(
        body_id=LI,
        ago=91,
        business="Learning of a practice review",
        came=(
            (NOTED, "The briefing is with every agency; three have not acknowledged it."),
            (DECIDED, "Agencies that have not acknowledged the briefing are named to the Executive."),
            (ACTION, "Ask each agency how it has told its front line of the briefing."),
        ),
        reported="Three agencies have not acknowledged a briefing; the Executive is asked to press them.",
    ),
    Held(
        body_id=EXECUTIVE,
        ago=28,
        business="Report of Learning and Improvement",
        came=(
            (NOTED, "Young advisers reported on what children said in the summer."),
            (DECIDED, "The chief officers of the three agencies are written to."),
        ),
    ),
)
TO_COME = {LI: -14, EXECUTIVE: -63}
EXPECTED = {EXECUTIVE: 100, LI: 80}
SINCE = 360
SEATLESS, SEATLESS_SINCE = TRUST, 160  # expected, and has filled no seat: it was asked why, and has not said
WHY = "Our seat was vacant in the winter; it has been filled, with a deputy."


async def play(tx: Tx) -> None:
    """Hold them, where there are none."""
    if await is_there(tx, TABLE, _id(YEAR[0].body_id, YEAR[0].ago)):
        return
    past = Past(tx)
    for body_id, share in EXPECTED.items():
        for agency_id in (COUNCIL, ICB, POLICE):
            await _expect(past.ago(SINCE, 9), body_id, agency_id, share)
    await _expect(past.ago(SEATLESS_SINCE, 9), LI, SEATLESS, EXPECTED[LI])
    unsigned: dict[str, list[UUID]] = {}
    for held in YEAR:
        await _hold(past, held, unsigned.setdefault(held.body_id, []))
    await _between(past.ago(16, 15))
    for body_id, ago in TO_COME.items():
        await _convene(past, body_id, ago, "Escalations of the quarter")
    await _explain(tx)
    await settle(tx, Invitation)
    await settle(tx, Letter)


async def _expect(then: Tx, body_id: str, agency_id: str, share: int) -> None:
    wanted = expectations.Wanted(
        body_id=body_id,
        agency_id=agency_id,
        share=share,
        expected_by="The terms of reference of this made-up body",
        starts_on=then.now.date(),
    )
    await expectations.expect(then, _unit(actions.SET_EXPECTATION), wanted, made_id("expectations", body_id, agency_id))


async def _convene(past: Past, body_id: str, ago: int, business: str) -> UUID:
    """A meeting of that day, convened in time, with its business; its id."""
    starts_at = past.ago(ago).now
    when = When(starts_at=starts_at, ends_at=starts_at + LASTS, place="Committee suite, Westfields", link=None)
    then = past.ago(max(ago + NOTICE, 1), 9)
    meeting_id = await commands.convene(then, _unit(actions.CONVENE_MEETING), body_id, when, (), _id(body_id, ago))
    item: dict[str, Any] = {"title": business, "text": None, "minutes": 30, "position": None, "causes": ()}
    await agendas.add(then, _unit(actions.ADD_AGENDA_ITEM), meeting_id, **item)
    return meeting_id


async def _hold(past: Past, held: Held, unsigned: list[UUID]) -> None:
    """One meeting from its convening to its minutes; those still unsigned are approved at it."""
    meeting_id = await _convene(past, held.body_id, held.ago, held.business)
    here = past.ago(held.ago)
    await agendas.hold(here, await _read(here, actions.HOLD_MEETING, meeting_id), meeting_id)
    by = await _read(here, actions.ATTEND_MEETING, meeting_id)
    await attendances.attend(here, by, meeting_id, await _attended(here, by, held, meeting_id))
    for kind, text in held.came:
        await outcomes.record(here, _unit(actions.RECORD_OUTCOME), meeting_id, outcomes.Wanted(kind=kind, text=text))
    while held.signs and unsigned:
        before = unsigned.pop(0)
        chair = acting(
            CHAIRED_BY[held.body_id], Role.BODY_CHAIR, actions.APPROVE_MEETING, await version(here, TABLE, before)
        )
        await minutes.approve(here, chair, before, meeting_id)
    unsigned.append(meeting_id)
    after = past.ago(held.ago - 7, 9)
    await minutes.minute(after, await _read(after, actions.MINUTE_MEETING, meeting_id), meeting_id, None)
    if held.reported:
        await chair_reports.report(after, _unit(actions.REPORT_MEETING), meeting_id, held.reported)


async def _attended(here: Tx, by: By, held: Held, meeting_id: UUID) -> list[Noted]:
    """Everybody was there but those who sent apologies, or their deputy."""
    register = await registers.of_meeting(here, await queries.for_update(here, by.principal, by.reach, meeting_id))
    deputies = {row.deputy_for: row.id for row in register.rows if row.seat == Seat.DEPUTY}
    noted = []
    for one in register.expected:
        deputy_id = deputies.get(one.id) if one.agency_id == held.deputised else None
        how = How.APOLOGIES if one.agency_id == held.away else How.DEPUTY if deputy_id else How.PRESENT
        noted.append(Noted(membership_id=one.id, how=how, deputy_id=deputy_id))
    return noted


async def _between(then: Tx) -> None:
    """What Learning and Improvement decided between two meetings waits on its next agenda."""
    decided = body_decisions.Wanted(
        body_id=LI,
        taken_on=then.now.date(),
        how=Decided.CORRESPONDENCE,
        text="The autumn programme is published with one more half-day on strategy discussions.",
        partners_agreed=tuple(Partner),
    )
    await body_decisions.record(then, _unit(of_governance.RECORD_BODY_DECISION), decided)


async def _explain(tx: Tx) -> None:
    """What the ICB was asked it has answered."""
    asked = select(Explanation.id, Explanation.version, Explanation.asked_at).where(Explanation.agency_id == ICB)
    for row in await tx.rows(asked):
        lead = acting(ICB, Role.AGENCY_LEAD, actions.ANSWER_EXPLANATION, row.version)
        await explanations.answer(replace(tx, now=row.asked_at + timedelta(days=12)), lead, row.id, WHY)


def _unit(action: Action) -> By:
    return acting(COUNCIL, Role.BUSINESS_UNIT, action)


async def _read(then: Tx, action: Action, meeting_id: UUID) -> By:
    return acting(COUNCIL, Role.BUSINESS_UNIT, action, await version(then, TABLE, meeting_id))


def _id(body_id: str, ago: int) -> UUID:
    return made_id("meetings", body_id, str(ago))
