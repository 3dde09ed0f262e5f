"""Records what came of a meeting: information; a decision, refused without those whom the body needs; an action."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row, insert

from services.governance.actions.domain import Source
from services.governance.agendas import queries as agendas
from services.governance.attendances import queries as attendances
from services.governance.body_decisions import commands as body_decisions
from services.governance.body_decisions.domain import How
from services.governance.meetings.commands import TYPE, begin
from services.governance.meetings.domain import Do
from services.governance.outcomes import queries
from services.governance.outcomes.domain import Kind, check
from services.governance.outcomes.models import Outcome
from services.governance.proposals import commands as proposals
from shared.acting import By
from shared.days import today
from shared.db import Tx, new_id
from shared.events import Cause, causes_data
from shared.joint_decisions.domain import Partner
from shared.problems import Invalid, NotFound


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """An outcome to be recorded; the last three go with a decision alone."""

    kind: Kind
    text: str
    agenda_item_id: UUID | None = None
    causes: Sequence[Cause] = ()
    about: Cause | None = None
    supersedes: UUID | None = None
    dissenting: Sequence[Partner] = ()


async def record(tx: Tx, by: By, meeting_id: UUID, wanted: Wanted) -> UUID:
    """Record an outcome; its id. NotInTheChair; NotNow; Inquorate; Invalid with every fault."""
    meeting = await begin(tx, by, meeting_id, Do.RECORD, versioned=False)
    if wanted.agenda_item_id:
        try:
            await agendas.item(tx, meeting.id, wanted.agenda_item_id)
        except NotFound:
            raise Invalid.field("agenda_item_id", "no_line", "This agenda has no such line.") from None
    there = (await attendances.of_meeting(tx, meeting)).standing.there
    dissenting = tuple(wanted.dissenting)
    check(wanted.kind, there, dissenting, names_decision=bool(wanted.about or wanted.supersedes))
    made = await _made(tx, by, meeting, wanted, there)
    outcome_id = new_id()
    entry = {
        "id": outcome_id,
        "meeting_id": meeting.id,
        "number": len(await queries.of_meeting(tx, meeting.id)) + 1,
        "agenda_item_id": wanted.agenda_item_id,
        "kind": wanted.kind,
        "text": wanted.text,
        "causes": causes_data(wanted.causes),
        "recorded_at": tx.now,
        "recorded_by": by.subject,
        "agency_id": by.agency_id,
    }
    await tx.execute(insert(Outcome), entry | made)
    return outcome_id


async def _made(
    tx: Tx, by: By, meeting: Row[Any], wanted: Wanted, there: tuple[Partner, ...]
) -> dict[str, UUID | None]:
    """What the outcome becomes: the body's decision, an action that is proposed, or nothing."""
    causes = (*wanted.causes, Cause(TYPE, str(meeting.id)))
    decision_id = action_id = None
    if wanted.kind is Kind.DECISION:
        decided = body_decisions.Wanted(
            body_id=meeting.body_id,
            taken_on=today(meeting.starts_at),
            how=How.MEETING,
            text=wanted.text,
            partners_present=there,
            partners_agreed=[partner for partner in there if partner not in wanted.dissenting],
            about=wanted.about,
            causes=causes,
            supersedes=wanted.supersedes,
            meeting_id=meeting.id,
        )
        decision_id = await body_decisions.record(tx, by, decided)
    if wanted.kind is Kind.ACTION:
        proposed = proposals.Wanted(
            text=wanted.text,
            source_type=Source.MEETING,
            source_id=str(meeting.id),
            causes=causes,
            body_id=meeting.body_id,
        )
        action_id = await proposals.propose(tx, by, proposed)
    return {"body_decision_id": decision_id, "action_id": action_id}
