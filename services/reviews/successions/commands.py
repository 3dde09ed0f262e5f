"""Hands what was an ended agency's to its successor."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, update

from services.reviews.briefings.commands import NOUN as BRIEFING
from services.reviews.briefings.models import BriefingRecipient
from services.reviews.holds.models import Hold
from services.reviews.holds.queries import LIVE
from services.reviews.incidents import commands as incidents
from services.reviews.letters.commands import write
from services.reviews.letters.domain import Occasion
from services.reviews.national_reviews.commands import NOUN as NATIONAL_REVIEW
from services.reviews.national_reviews.domain import Status as CheckStatus
from services.reviews.national_reviews.models import NationalReview, NationalReviewAnswer
from services.reviews.practice_reviews.models import PracticeReview, ReviewParty
from services.reviews.practice_reviews.queries import RUNS
from services.reviews.recommendations import commands as recommendations
from services.reviews.rulebook import day_of
from services.reviews.scoping import commands as scoping
from shared.db import Tx
from shared.events import Cause


async def succeed(tx: Tx, agency_id: str, successor_ids: Sequence[str]) -> None:
    """Hand on its incidents, recommendations and returns; its part in running reviews; and what it has not answered yet."""
    if not successor_ids:
        return
    await incidents.succeed(tx, agency_id, successor_ids)
    await recommendations.succeed(tx, agency_id, successor_ids)
    await scoping.succeed(tx, agency_id, successor_ids)
    first = successor_ids[0]
    hand_on = partial(_hand_on, tx, agency_id, first)
    running = ReviewParty.practice_review_id.in_(select(PracticeReview.id).where(RUNS))
    for review_id in await hand_on(ReviewParty, ReviewParty.practice_review_id, running, {}):
        await write(tx, Occasion.TAKES_PART, Cause("reviews.practice_review", str(review_id)), [first])
    await _ask_of_briefings(tx, first, hand_on)
    await _ask_of_national_reviews(tx, first, hand_on)
    await tx.execute(update(Hold).where(Hold.agency_id == agency_id, LIVE).values(agency_id=first))


_HandOn = Callable[[Any, Any, Any, Mapping[str, Any]], Awaitable[Sequence[UUID]]]
ASKED_ANEW = {"times_asked": 0, "told_at": None}


async def _ask_of_briefings(tx: Tx, successor_id: str, hand_on: _HandOn) -> None:
    """What was not acknowledged goes to the successor as to any further agency: with a letter, and with its own days."""
    day = day_of("briefing_acknowledged", tx.now)
    anew = ASKED_ANEW | {"acknowledge_by": day, "ask_on": day}
    unsaid = BriefingRecipient.acknowledged_at.is_(None)
    for one in await hand_on(BriefingRecipient, BriefingRecipient.briefing_id, unsaid, anew):
        await write(tx, Occasion.BRIEFING_SENT, Cause(BRIEFING, str(one)), [successor_id], due=day)


async def _ask_of_national_reviews(tx: Tx, successor_id: str, hand_on: _HandOn) -> None:
    """What was not answered is asked of the successor as of any other agency, where the check goes on."""
    day = day_of("national_review_answered", tx.now)
    anew = ASKED_ANEW | {"asked_at": tx.now, "due_on": day, "ask_on": None}
    unsaid = NationalReviewAnswer.answered_at.is_(None)
    handed_on = await hand_on(NationalReviewAnswer, NationalReviewAnswer.national_review_id, unsaid, anew)
    goes_on = NationalReview.id.in_(handed_on), NationalReview.status == CheckStatus.ASKED
    for row in await tx.rows(select(NationalReview.id, NationalReview.reference, NationalReview.title).where(*goes_on)):
        told = {"reference": row.reference, "due": day, "title": row.title}
        await write(tx, Occasion.NATIONAL_REVIEW_ASKED, Cause(NATIONAL_REVIEW, str(row.id)), [successor_id], **told)


async def _hand_on(
    tx: Tx, agency_id: str, successor_id: str, table: Any, of: Any, clause: Any, anew: Mapping[str, Any]
) -> Sequence[UUID]:
    """Make its rows its successor's, one for each record that they are `of`; those records.

    Where the successor has its own, that one stands. `anew` is what begins anew with the successor.
    """
    mine, taken = (table.agency_id == agency_id, clause), select(of).where(table.agency_id == successor_id)
    moved = update(table).where(*mine, of.not_in(taken)).values(agency_id=successor_id, **anew)
    rows = await tx.rows(moved.returning(of))
    await tx.execute(delete(table).where(*mine))
    return [one for (one,) in rows]
