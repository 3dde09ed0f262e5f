"""Changes which agencies take part, while the report is still being written."""

from uuid import UUID

from sqlalchemy import delete, insert

from services.reviews.conduct.domain import must_be_independent
from services.reviews.letters.commands import write
from services.reviews.letters.domain import Occasion
from services.reviews.practice_reviews import queries
from services.reviews.practice_reviews.commands import NOUN, finish, stepped
from services.reviews.practice_reviews.domain import Do
from services.reviews.practice_reviews.models import ReviewParty
from services.reviews.register.models import REGISTER
from shared.acting import By
from shared.contracts import practice_reviews as events
from shared.days import today
from shared.db import Tx
from shared.events import Cause
from shared.problems import Invalid


async def involve(tx: Tx, by: By, review_id: UUID, agency_id: str, *, reason: str) -> None:
    """An agency takes part from now on. ConflictOfInterest for a reviewer's own; Invalid for one that does already."""
    row, status = await stepped(tx, by, review_id, Do.INVOLVE)
    names = await REGISTER.names_of(tx, {"agency_id": agency_id}, today(tx.now))
    if agency_id in await _taking_part(tx, review_id):
        raise Invalid.field("agency_id", "takes_part", f"{agency_id} takes part already.")
    for reviewer in await queries.reviewers_at_work(tx, review_id):
        must_be_independent(reviewer.agency_id, [agency_id])
    party = {"agency_id": agency_id, "commissioned_at": row.commissioned_at, "practice_review_id": review_id}
    await tx.execute(insert(ReviewParty), party)
    said = f"{names['agency_id']}: {reason}"
    await finish(tx, by, row, Do.INVOLVE, status, events.PracticeReviewInvolved, text=said, agency_id=agency_id)
    await write(tx, Occasion.TAKES_PART, Cause(NOUN, str(review_id)), [agency_id])


async def excuse(tx: Tx, by: By, review_id: UUID, agency_id: str, *, reason: str) -> None:
    """An agency takes part no more. Invalid for one that does not, and for the last that does."""
    row, status = await stepped(tx, by, review_id, Do.EXCUSE)
    taking_part = await _taking_part(tx, review_id)
    if agency_id not in taking_part:
        raise Invalid.field("agency_id", "no_party", f"{agency_id} takes no part in this review.")
    if len(taking_part) == 1:
        raise Invalid.field("agency_id", "last_party", "No agency would be left: have the right one take part first.")
    mine = ReviewParty.practice_review_id == review_id, ReviewParty.agency_id == agency_id
    await tx.execute(delete(ReviewParty).where(*mine))
    names = await REGISTER.agencies(tx, [agency_id])
    said = f"{names[agency_id].name}: {reason}"
    await finish(tx, by, row, Do.EXCUSE, status, events.PracticeReviewExcused, text=said, agency_id=agency_id)
    await write(tx, Occasion.TAKES_NO_PART, Cause(NOUN, str(review_id)), [agency_id])


async def _taking_part(tx: Tx, review_id: UUID) -> list[str]:
    return [party.agency_id for party in await queries.parties(tx, review_id)]
