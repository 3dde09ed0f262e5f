"""Four cases: one whose rapid review is closed, one that is being reviewed, one that is considered, and a near miss."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from services.reviews.appointments import commands as appointments
from services.reviews.considerations import commands as considerations
from services.reviews.incidents.commands import ChildGiven
from services.reviews.incidents.domain import Abuse, Harm, Opinion, Place, Source
from services.reviews.incidents.models import Incident
from services.reviews.keeping.queries import KEEPING, RAPID_REVIEW
from services.reviews.letters.models import Letter
from services.reviews.notifications import commands as notifications
from services.reviews.outcomes import commands as outcomes
from services.reviews.panels.domain import Seat
from services.reviews.rapid_reviews import queries
from services.reviews.rapid_reviews.commands import open_mandatory
from services.reviews.rapid_reviews.domain import Answer
from services.reviews.rapid_reviews.domain import Status as RapidStatus
from services.reviews.rapid_reviews.models import RapidReview, ReviewedIncident
from services.reviews.referrals import commands as referrals
from services.reviews.referrals.commands import Told
from services.reviews.returns.models import ScopingReturn
from services.reviews.sandbox import elsewhere
from services.reviews.sandbox.people import COUNCIL, ICB, POLICE, SCHOOL, THREE, TRUST, Agency, acting, person_id
from services.reviews.sandbox.reviewing import Reviewing
from services.reviews.scoping import commands as scoping
from services.reviews.votes import commands as votes
from shared.acting import By
from shared.child_records.queries import Number
from shared.children import AgeBand, IdentifierType
from shared.db import Database, Tx
from shared.errands import settle
from shared.joint_decisions.commands import Ballot
from shared.keeping import played as keeping
from shared.policy import Action, Role
from shared.policy import incidents as incident_actions
from shared.policy import rapid_reviews as review_actions
from shared.policy import reviews as decision_actions
from shared.pseudonym import Pseudonyms
from shared.settings import Settings
from shared.vault import Vault

Move = Callable[[By], Awaitable[Any]]
"""What somebody does, given who she is."""

SIBLING = (IdentifierType.NHS_NUMBER, "SANDBOX-R003")
PUPIL = (IdentifierType.UNIQUE_PUPIL_NUMBER, "SANDBOX-P001")
NAMES = {COUNCIL: "Blair Madeup", POLICE: "Casey Madeup", ICB: "Devon Madeup"}


async def fill(database: Database, settings: Settings) -> None:
    """Fill a new sandbox; nothing where there is a case already."""
    pseudonyms = Pseudonyms(settings.pseudonym_keys, Vault(*settings.seal_keys))
    async with database.transaction() as tx:
        if await tx.scalar(select(Incident.id).limit(1)):
            return
        play = _Play(tx, pseudonyms)
        await play.closed_review()
        await play.running_review()
        await play.considered()
        await play.near_miss()
        reviewing = Reviewing(tx)
        await reviewing.published()
        closed = await tx.scalar(select(RapidReview.id).where(RapidReview.status == RapidStatus.CLOSED))
        await reviewing.running(closed)
        await elsewhere.play(tx)
        await settle(tx, Letter)
        unit = acting(COUNCIL, Role.BUSINESS_UNIT, incident_actions.ACKNOWLEDGE)
        await keeping.play(tx, KEEPING, unit.principal, RAPID_REVIEW, closed)


@dataclass
class _Play:
    """The cases being played; `tx.now` is the instant that the play has reached."""

    tx: Tx
    pseudonyms: Pseudonyms
    number: int = field(default=0)

    async def closed_review(self) -> None:
        """Notified in time, reviewed, decided by all three, answered by the national Panel, closed."""
        self._at(2026, 6, 1, 10)
        text = "An infant was admitted with fractures that nobody can explain."
        incident_id = await self._refer(TRUST, text, Abuse.SUSPECTED, self._child(AgeBand.UNDER_1))
        self._at(2026, 6, 3, 15)
        await self._notify(incident_id, "Abuse is suspected, and the child was seriously harmed.")
        await self._incident(
            incident_id,
            incident_actions.ACKNOWLEDGE,
            lambda by: notifications.acknowledge(self.tx, by, incident_id, form=1, panel_reference="CSPR-MADE-UP-1"),
        )
        review_id = await self._begin(incident_id, (TRUST, POLICE))
        self._at(2026, 6, 9, 14)
        await self._return(review_id, TRUST, "Two attendances with bruises were seen apart; nobody put them together.")
        await self._return(review_id, POLICE, "A call to the address was closed without a word to the front door.")
        self._at(2026, 6, 15, 10)
        await self._decide(review_id, "practice_review")
        self._at(2026, 6, 18, 16)
        await self._review(
            review_id, review_actions.SEND_RAPID_REVIEW, lambda by: outcomes.send(self.tx, by, review_id)
        )
        self._at(2026, 7, 6, 11)
        answer: dict[str, Any] = {
            "answer": Answer.AGREES,
            "text": "The Panel agrees that a local review is held.",
            "changes": None,
        }
        await self._review(
            review_id, review_actions.HEAR_PANEL, lambda by: outcomes.hear(self.tx, by, review_id, **answer)
        )
        self._at(2026, 7, 7, 9)
        await self._review(
            review_id, review_actions.CLOSE_RAPID_REVIEW, lambda by: outcomes.close(self.tx, by, review_id)
        )

    async def running_review(self) -> None:
        """Two siblings; one return is in, one is late, one is still due."""
        self._at(2026, 9, 24, 9)
        text = "Two siblings were found alone and badly neglected; the younger is in intensive care."
        children = (self._child(AgeBand.FROM_1_TO_4), self._child(AgeBand.FROM_5_TO_9, SIBLING))
        incident_id = await self._refer(POLICE, text, Abuse.KNOWN, *children)
        self._at(2026, 9, 25, 16)
        await self._notify(incident_id, "Neglect is known, and two children were seriously harmed.")
        review_id = await self._begin(incident_id, (ICB, SCHOOL))
        self._at(2026, 9, 30, 12)
        await self._return(review_id, ICB, "Health visiting had closed the case after two missed appointments.")
        self._at(2026, 10, 2, 10)
        await self._ask(review_id, COUNCIL)

    async def considered(self) -> None:
        """The three are asked whether it need not be notified; one has voted, and the council's time runs."""
        self._at(2026, 10, 5, 11)
        text = "A pupil was taken to hospital with a poisoning whose cause is not clear."
        pupil = self._child(AgeBand.FROM_5_TO_9, PUPIL)
        incident_id = await self._refer(SCHOOL, text, Abuse.NOT_KNOWN, pupil)
        self._at(2026, 10, 6, 10)
        police = acting(POLICE, Role.DELEGATED_PARTNER, incident_actions.GIVE_VIEW, 1)
        view: dict[str, Any] = {"opinion": Opinion.NOT_YET, "text": "We wait for the laboratory."}
        await considerations.give_view(self.tx, police, incident_id, **view)
        self._at(2026, 10, 6, 16)
        icb = acting(ICB, Role.DELEGATED_PARTNER, incident_actions.PROPOSE_NOT_TO_NOTIFY, 2)
        reason = "The laboratory has found a plant of the school's garden; nobody suspects abuse or neglect."
        await considerations.propose(self.tx, icb, incident_id, reason=reason, concerned=())
        row = (await self.tx.execute(select(Incident.decision_id).where(Incident.id == incident_id))).one()
        await self._vote(row.decision_id, "do_not_notify", ICB, reason="The cause is clear to us.")

    async def near_miss(self) -> None:
        """Nothing is to be notified. The trust gives numbers of two children as one child's: a person is to say whether they are."""
        self._at(2026, 10, 6, 17)
        text = "A medicine was given in ten times the dose, noticed at once, and did no harm."
        patient = self._child(AgeBand.FROM_5_TO_9, SIBLING, PUPIL, harm=Harm.NEAR_MISS)
        await self._refer(TRUST, text, Abuse.NOT_SUSPECTED, patient)

    def _at(self, *instant: int) -> None:
        year, month, day, hour = instant
        self.tx.now = datetime(year, month, day, hour, tzinfo=UTC)

    def _child(self, age_band: AgeBand, *numbers: Number, harm: Harm = Harm.SERIOUSLY_HARMED) -> ChildGiven:
        self.number += 1
        given = numbers or ((IdentifierType.NHS_NUMBER, f"SANDBOX-R{self.number:03d}"),)
        return ChildGiven(identifiers=given, age_band=age_band, harm=harm, looked_after=False)

    async def _refer(self, agency: Agency, text: str, abuse: Abuse, *children: ChildGiven) -> UUID:
        told = Told(
            agency_id=agency[0],
            source=Source.AGENCY,
            text="We think that this is to be considered.",
            summary=text,
            abuse=abuse,
            place=Place.IN_AREA,
            happened_on=self.tx.now.date(),
            council_aware_at=None,
            abuse_suspected_at=None,
            children=children,
        )
        by = acting(agency, Role.AGENCY_LEAD, incident_actions.REFER_CASE)
        return await referrals.refer(self.tx, by, told, self.pseudonyms)

    async def _notify(self, incident_id: UUID, text: str) -> None:
        by = acting(COUNCIL, Role.AGENCY_LEAD, incident_actions.NOTIFY)
        await notifications.notify(self.tx, by, incident_id, text=text, submitted_at=None, in_doubt=False)

    async def _begin(self, incident_id: UUID, asked: Sequence[Agency]) -> UUID:
        """The review that the notification begins, with its panel of the three and what agencies are asked."""
        await open_mandatory(self.tx)
        statement = select(ReviewedIncident.review_id).where(ReviewedIncident.incident_id == incident_id)
        review_id: UUID = await self.tx.scalar(statement)
        for agency in THREE:
            await self._seat(review_id, agency)
        for agency in asked:
            await self._ask(review_id, agency)
        return review_id

    async def _seat(self, review_id: UUID, agency: Agency) -> None:
        person = person_id(agency, Role.PANEL_MEMBER)
        named: dict[str, Any] = {
            "person_id": person,
            "person_name": NAMES[agency],
            "agency_id": agency[0],
            "seat": Seat.MEMBER,
        }
        await self._review(
            review_id, review_actions.NAME_MEMBER, lambda by: appointments.name(self.tx, by, review_id, **named)
        )
        [member] = [one for one in await queries.panel(self.tx, review_id) if one.person_id == person]
        by = await self._panel(review_id, agency, review_actions.DECLARE_CONFLICT)
        await appointments.declare(self.tx, by, review_id, member.id, conflicted=False, text=None)
        if agency is ICB:
            await self._review(
                review_id,
                review_actions.APPOINT_CHAIR,
                lambda by: appointments.chair(self.tx, by, review_id, member.id),
            )

    async def _ask(self, review_id: UUID, agency: Agency) -> None:
        asked: dict[str, Any] = {
            "agency_id": agency[0],
            "party_name": None,
            "asked": "What did you know, and what did you do?",
        }
        await self._review(
            review_id, review_actions.ASK_RETURN, lambda by: scoping.ask(self.tx, by, review_id, **asked, due_on=None)
        )

    async def _return(self, review_id: UUID, agency: Agency, text: str) -> None:
        of_it = ScopingReturn.review_id == review_id, ScopingReturn.agency_id == agency[0]
        row = (await self.tx.execute(select(ScopingReturn.id, ScopingReturn.version).where(*of_it))).one()
        by = acting(agency, Role.AGENCY_LEAD, review_actions.SUBMIT_RETURN, row.version)
        practice = "Appointments that an infant misses are to be followed up within a week."
        await scoping.submit(self.tx, by, row.id, known=True, text=text, practice=practice)

    async def _decide(self, review_id: UUID, choice: str) -> None:
        version = await self.tx.scalar(select(RapidReview.criteria_version).where(RapidReview.id == review_id))
        for code, _ in queries.criteria(version).items:
            by = await self._panel(review_id, ICB, review_actions.ANSWER_CRITERION)
            met = code in {"improvements_needed", "agencies_working_together"}
            rationale = "The returns show it." if met else "Nothing in the returns points to it."
            await outcomes.answer(self.tx, by, review_id, criterion=code, met=met, rationale=rationale)
        by = await self._panel(review_id, ICB, review_actions.PROPOSE_OUTCOME)
        reason = "Improvements are needed, and they are about how agencies here work together."
        await outcomes.propose(self.tx, by, review_id, recommended=choice, reason=reason)
        decision_id = await self.tx.scalar(select(RapidReview.decision_id).where(RapidReview.id == review_id))
        for agency in THREE:
            await self._vote(decision_id, choice, agency, reason="We agree with the panel.")

    async def _vote(self, decision_id: UUID, choice: str, agency: Agency, *, reason: str) -> None:
        by = acting(agency, Role.DELEGATED_PARTNER, decision_actions.VOTE)
        await votes.vote(self.tx, by, decision_id, Ballot(1, choice, reason))

    async def _panel(self, review_id: UUID, agency: Agency, action: Action) -> By:
        return acting(agency, Role.PANEL_MEMBER, action, await self._version(RapidReview, review_id))

    async def _review(self, review_id: UUID, action: Action, move: Move) -> None:
        """The business unit moves a review, in the version at which it is."""
        await move(acting(COUNCIL, Role.BUSINESS_UNIT, action, await self._version(RapidReview, review_id)))

    async def _incident(self, incident_id: UUID, action: Action, move: Move) -> None:
        """The council moves a case, in the version at which it is."""
        await move(acting(COUNCIL, Role.AGENCY_LEAD, action, await self._version(Incident, incident_id)))

    async def _version(self, table: type[RapidReview | Incident], record_id: UUID) -> int:
        found: int = await self.tx.scalar(select(table.version).where(table.id == record_id))
        return found
