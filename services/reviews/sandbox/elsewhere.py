"""A review published elsewhere: the police have answered, the trust has not, and what is true for us is to be learnt."""

from datetime import UTC, date, datetime

from services.reviews.learning import commands as learning
from services.reviews.learning.domain import Kind, Origin, Theme
from services.reviews.national_reviews import commands
from services.reviews.national_reviews.commands import Published
from services.reviews.national_reviews.domain import Verdict
from services.reviews.sandbox.people import COUNCIL, POLICE, TRUST, acting
from shared.db import Tx
from shared.policy import Role
from shared.policy import practice_reviews as actions

PUBLISHED = Published(
    title="Children with disabilities in residential settings, phase 2",
    publisher="Child Safeguarding Practice Review Panel",
    published_on=date(2023, 4, 20),
    address="https://www.gov.uk/government/organisations/child-safeguarding-practice-review-panel",
    question="Would our own visits have found what nobody found there?",
    body_id="learning-and-improvement",
)


async def play(tx: Tx) -> None:
    """Recorded and asked in September, answered by one of two."""
    unit = Role.BUSINESS_UNIT
    tx.now = datetime(2026, 9, 14, 9, tzinfo=UTC)
    review_id = await commands.record(tx, acting(COUNCIL, unit, actions.RECORD_NATIONAL), PUBLISHED)
    asker = acting(COUNCIL, unit, actions.ASK_NATIONAL, version=1)
    await commands.ask(tx, asker, review_id, agency_ids=[POLICE[0], TRUST[0]], due_on=date(2026, 10, 2))
    tx.now = datetime(2026, 9, 29, 14, tzinfo=UTC)
    lead = acting(POLICE, Role.AGENCY_LEAD, actions.ANSWER_NATIONAL, version=2)
    shows = "In two of ten visits that were looked at nobody had spoken with the child alone."
    await commands.answer(tx, lead, review_id, agency_id=None, verdict=Verdict.PARTLY, evidence=shows)
    tx.now = datetime(2026, 10, 5, 10, tzinfo=UTC)
    drawer = acting(COUNCIL, unit, actions.DRAW_POINT)
    text = "Whoever visits a child away from home speaks with the child alone, and writes down that she did."
    origin = Origin(national_review_id=review_id)
    await learning.draw(tx, drawer, origin, kind=Kind.LEARNING, theme=Theme.CHILD_VOICE, text=text)
