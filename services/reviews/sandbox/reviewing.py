"""Two plainly made-up practice reviews: one under way and held for an inquest, one published with its briefing half passed on."""

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from services.reviews.briefings import commands as briefings
from services.reviews.briefings import queries as briefing_queries
from services.reviews.conduct import commands as conduct
from services.reviews.conduct.domain import Heard, How
from services.reviews.conduct.queries import requirements_on
from services.reviews.facts import commands as facts
from services.reviews.holds import commands as holds
from services.reviews.holds.commands import Stated
from services.reviews.holds.domain import Authority, Proceedings
from services.reviews.learning import commands as learning
from services.reviews.learning.domain import Kind as PointKind
from services.reviews.learning.domain import Origin, Theme
from services.reviews.practice_reviews import commands as reviews
from services.reviews.practice_reviews import queries
from services.reviews.practice_reviews.commands import Commission
from services.reviews.practice_reviews.domain import Kind, Part
from services.reviews.publication import commands as publication
from services.reviews.recommendations import commands as recommendations
from services.reviews.recommendations.commands import Wanted
from services.reviews.sandbox.people import COUNCIL, ICB, POLICE, SCHOOL, THREE, TRUST, Agency, acting, person_id
from services.reviews.sign_offs import commands as sign_offs
from services.reviews.votes import commands as votes
from shared.acting import AS_RULED, By
from shared.db import Tx
from shared.events import Cause
from shared.joint_decisions.commands import Ballot
from shared.policy import Action, AgencyType, Role
from shared.policy import practice_reviews as actions
from shared.policy import reviews as decision_actions

AWAY: Agency = ("stockport-childrens-social-care", AgencyType.OTHER_AREA)
REPORT = {
    Part.WHAT_HAPPENED: "What several agencies each knew a part of, nobody put together.",
    Part.LEARNING: "A step down is agreed by those who go on seeing the child.",
    Part.GOOD_PRACTICE: "A school nurse went on asking until somebody answered.",
}
BRIEFING = "Ask, at your next team meeting, who goes on seeing the child when you stop."


class Reviewing:
    """The reviews being played; `tx.now` is the instant that the play has reached."""

    def __init__(self, tx: Tx) -> None:
        self.tx = tx

    async def running(self, rapid_review_id: UUID) -> None:
        """Decided on by a rapid review, begun, its milestone moved twice, and held for an inquest until next year."""
        self._at(2026, 7, 14)
        cause = Cause("reviews.rapid_review", str(rapid_review_id))
        review_id = await self._commission(date(2026, 7, 13), (COUNCIL, POLICE, SCHOOL), cause)
        self._at(2026, 7, 28)
        await self._begin(review_id, date(2026, 9, 1))
        for month, day, due_on in ((8, 20, date(2026, 10, 15)), (9, 28, date(2026, 12, 1))):
            self._at(2026, month, day)
            said: dict[str, Any] = {"due_on": due_on, "reason": "Two chronologies are still awaited."}
            await self._moves(review_id, actions.MOVE_MILESTONE, conduct.move, number=1, **said)
        self._at(2026, 9, 30)
        inquest = Stated(
            Proceedings.INQUEST,
            Authority.CORONER,
            "The senior coroner",
            "The report would go before the jury's conclusion.",
            "The coroner's officer wrote in September.",
            date(2027, 1, 29),
        )
        await holds.state(self.tx, self._by(COUNCIL, Role.BUSINESS_UNIT, actions.STATE_HOLD), review_id, inquest)

    async def published(self) -> None:
        """Signed off by the three, read by a second person, published; of four agencies two have passed its briefing on."""
        self._at(2026, 1, 14)
        review_id = await self._commission(date(2026, 1, 12), (COUNCIL, ICB, TRUST))
        self._at(2026, 2, 3)
        await self._begin(review_id, date(2026, 5, 1))
        self._at(2026, 4, 20)
        for part, text in REPORT.items():
            await self._moves(review_id, actions.WRITE_REPORT, reviews.write, part=part, text=text)
        await self._recommend(review_id)
        await self._moves(review_id, actions.CIRCULATE, facts.circulate)
        self._at(2026, 4, 28)
        for agency in (COUNCIL, ICB, TRUST):
            said: dict[str, Any] = {"agency_id": agency[0], "accurate": True, "corrections": None}
            await self._moves(review_id, actions.ANSWER_FACTS, facts.answer, **said)
        await self._sign_off(review_id)
        await self._publish(review_id)
        await self._brief(review_id)

    async def _commission(self, decided_on: date, agencies: tuple[Agency, ...], *causes: Cause) -> UUID:
        reason = "Agencies worked past each other at every step down."
        named = tuple(agency[0] for agency in agencies)
        wanted = Commission(Kind.LCSPR, 1, None, decided_on, reason, named, (), None, causes)
        return await reviews.commission(self.tx, self._by(COUNCIL, Role.BUSINESS_UNIT, actions.COMMISSION), wanted)

    async def _begin(self, review_id: UUID, draft_by: date) -> None:
        met = dict.fromkeys(requirements_on(self.tx.now.date()), "Shown in the application and at interview.")
        who: dict[str, Any] = {"person_id": str(person_id(AWAY, Role.REVIEWER)), "person_name": "Rowan Madeup"}
        unit = self._by(COUNCIL, Role.BUSINESS_UNIT, actions.APPOINT)
        await conduct.appoint(self.tx, unit, review_id, **who, agency_id=AWAY[0], met=met)
        terms: dict[str, Any] = {"text": "How steps down are agreed, and who goes on seeing the child.", "reason": None}
        await self._moves(review_id, actions.SET_TERMS, conduct.set_terms, **terms)
        plan = self._by(COUNCIL, Role.BUSINESS_UNIT, actions.PLAN_MILESTONE)
        await conduct.plan(self.tx, plan, review_id, title="Draft report", planned_on=draft_by)
        await self._moves(review_id, actions.BEGIN, reviews.begin)
        for heard, how in ((Heard.FAMILY, How.OFFERED), (Heard.PRACTITIONERS, How.EVENT)):
            said: dict[str, Any] = {
                "heard": heard,
                "how": how,
                "happened_on": self.tx.now.date(),
                "people": None,
                "note": None,
            }
            await conduct.record(
                self.tx, self._by(COUNCIL, Role.BUSINESS_UNIT, actions.RECORD_ENGAGEMENT), review_id, **said
            )

    async def _recommend(self, review_id: UUID) -> None:
        drawn: dict[str, Any] = {"kind": PointKind.LEARNING, "theme": Theme.PLANNING, "text": REPORT[Part.LEARNING]}
        unit = self._by(COUNCIL, Role.BUSINESS_UNIT, actions.DRAW_POINT)
        point_id = await learning.draw(self.tx, unit, Origin(review_id), **drawn)
        wanted = Wanted(
            Theme.PLANNING,
            "No plan steps down before it names who goes on seeing the child.",
            COUNCIL[0],
            None,
            "Of twenty plans that stepped down, nineteen name her.",
            date(2026, 12, 18),
            (point_id,),
        )
        maker = self._by(COUNCIL, Role.BUSINESS_UNIT, actions.MAKE_RECOMMENDATION)
        recommendation_id = await recommendations.make(self.tx, maker, Origin(review_id), wanted)
        lead = acting(COUNCIL, Role.AGENCY_LEAD, actions.ACCEPT_RECOMMENDATION, 1)
        await recommendations.accept(self.tx, lead, recommendation_id, reason="In the plan for children's social care.")

    async def _sign_off(self, review_id: UUID) -> None:
        await self._moves(review_id, actions.SUBMIT, sign_offs.submit)
        self._at(2026, 5, 6)
        review = await queries.for_update(self.tx, AS_RULED, review_id)
        for agency in THREE:
            voter = acting(agency, Role.DELEGATED_PARTNER, decision_actions.VOTE)
            await votes.vote(self.tx, voter, review.decision_id, Ballot(1, sign_offs.SIGN_OFF, "Read as a whole."))

    async def _publish(self, review_id: UUID) -> None:
        asked = self._by(COUNCIL, Role.BUSINESS_UNIT, actions.ASK_CHECK)
        check_id = await publication.ask(self.tx, asked, review_id)
        second = acting(COUNCIL, Role.LI_MEMBER, actions.CONFIRM_CHECK, 1)
        await publication.confirm(self.tx, second, check_id, reason="Nothing in it is one child's alone.")
        sent_on = self.tx.now.date()
        await self._moves(review_id, actions.SEND, reviews.send, sent_on=sent_on)
        self._at(2026, 6, 10)
        await self._moves(review_id, actions.PUBLISH, publication.publish)

    async def _brief(self, review_id: UUID) -> None:
        briefing_id = await briefings.start(
            self.tx, self._by(COUNCIL, Role.BUSINESS_UNIT, actions.START_BRIEFING), review_id
        )
        version = 1
        for part in briefing_queries.parts():
            writer = self._by(COUNCIL, Role.BUSINESS_UNIT, actions.WRITE_BRIEFING, version)
            await briefings.write(self.tx, writer, briefing_id, part=part.code, text=BRIEFING, checked=False)
            version += 1
        self._at(2026, 9, 21)
        sender = self._by(COUNCIL, Role.BUSINESS_UNIT, actions.SEND_BRIEFING, version)
        to = [agency[0] for agency in (COUNCIL, POLICE, SCHOOL, TRUST)]
        await briefings.send(self.tx, sender, briefing_id, agency_ids=to)
        for agency, reached in ((SCHOOL, 31), (TRUST, 120)):
            version += 1
            self._at(2026, 9, 28)
            lead = acting(agency, Role.AGENCY_LEAD, actions.ACKNOWLEDGE_BRIEFING, version)
            said: dict[str, Any] = {
                "agency_id": agency[0],
                "cascaded_to": "Every team, at its meeting.",
                "reached": reached,
            }
            await briefings.acknowledge(self.tx, lead, briefing_id, **said)

    async def _moves(self, review_id: UUID, action: Action, move: Callable[..., Awaitable[None]], **said: Any) -> None:
        """The business unit does something to the review as it stands."""
        review = await queries.for_update(self.tx, AS_RULED, review_id)
        await move(self.tx, self._by(COUNCIL, Role.BUSINESS_UNIT, action, review.version), review_id, **said)

    def _by(self, agency: Agency, role: Role, action: Action, version: int = 0) -> By:
        return acting(agency, role, action, version)

    def _at(self, year: int, month: int, day: int) -> None:
        self.tx.now = datetime(year, month, day, 10, tzinfo=UTC)
