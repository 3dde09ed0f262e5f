"""Asks the agencies whether the facts are right, takes what they say, and tells of who is silent after its day."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, exists, func, select, update

from services.reviews.letters.commands import write
from services.reviews.letters.domain import Occasion
from services.reviews.practice_reviews import queries
from services.reviews.practice_reviews.commands import BATCH, NOUN, finish, publish_event, stepped
from services.reviews.practice_reviews.domain import Do, NotReady, Status
from services.reviews.practice_reviews.models import PracticeReview, ReviewParty
from services.reviews.register.models import REGISTER
from services.reviews.rulebook import day_after, day_of
from shared.acting import By
from shared.contracts import practice_reviews as events
from shared.days import today
from shared.db import Tx
from shared.events import Cause
from shared.problems import Invalid


async def circulate(tx: Tx, by: By, review_id: UUID) -> None:
    """Send the report to the agencies that take part, who say whether the facts are right."""
    row, status = await stepped(tx, by, review_id, Do.CIRCULATE)
    parts = await queries.parts(tx, review_id)
    if not parts:
        raise NotReady("Still missing: a report. Write its parts first.")
    unasked = {"answered_at": None, "accurate": None, "corrections": None}
    await tx.execute(update(ReviewParty).where(ReviewParty.practice_review_id == review_id).values(unasked))
    day = day_of("accuracy_check", tx.now)
    sent = {"answers_due_on": day, "circulated_hash": await queries.hash_now(tx, review_id), "silence_told_at": None}
    await finish(tx, by, row, Do.CIRCULATE, status, events.PracticeReviewCirculated, sent)
    asked = [party.agency_id for party in await queries.parties(tx, review_id)]
    await write(tx, Occasion.FACTS_ASKED, Cause(NOUN, str(review_id)), asked, due=day)


async def answer(
    tx: Tx, by: By, review_id: UUID, *, agency_id: str | None, accurate: bool, corrections: str | None
) -> None:
    """Say for an agency whether the facts are right. Invalid for one that takes no part; what is wrong is said."""
    row, status = await stepped(tx, by, review_id, Do.ANSWER)
    for_agency = agency_id or by.agency_id or ""
    by.must_reach(for_agency)
    if accurate == bool(corrections):
        raise Invalid.field(
            "corrections", "corrections", "Say what is wrong where something is, and nothing otherwise."
        )
    said = {"answered_at": tx.now, "accurate": accurate, "corrections": corrections}
    mine = ReviewParty.practice_review_id == review_id, ReviewParty.agency_id == for_agency
    if not (await tx.execute(update(ReviewParty).where(*mine).values(said))).rowcount:
        raise Invalid.field("agency_id", "no_party", f"{for_agency} takes no part in this review.")
    await finish(tx, by, row, Do.ANSWER, status, None, text=corrections)
    await _tell_authors(tx, review_id, for_agency, accurate=accurate)


async def _tell_authors(tx: Tx, review_id: UUID, agency_id: str, *, accurate: bool) -> None:
    """Who writes and who runs the review hear of what is wrong at once, and that all is right as the last has said so."""
    about = Cause(NOUN, str(review_id))
    if not accurate:
        theirs = [one.agency_id for one in await queries.reviewers_at_work(tx, review_id)]
        named = (await REGISTER.agencies(tx, [agency_id]))[agency_id].name
        await write(tx, Occasion.FACTS_WRONG, about, theirs, business_unit=True, agency=named)
    elif all(party.accurate for party in await queries.parties(tx, review_id)):
        await write(tx, Occasion.FACTS_RIGHT, about, (), business_unit=True)


async def tell_silent(tx: Tx) -> int:
    """Tell, once for each circulation, whose day is over and who has not said whether the facts are right; of how many."""
    waiting = _unsaid(), PracticeReview.answers_due_on < today(tx.now)
    rows = await tx.rows(select(*queries.ALL).where(*waiting).limit(BATCH).with_for_update())
    for row in rows:
        await tx.execute(update(PracticeReview).where(PracticeReview.id == row.id).values(silence_told_at=tx.now))
        silent = tuple(one.agency_id for one in await queries.parties(tx, row.id) if one.answered_at is None)
        means = queries.silence_on(row.answers_due_on)
        told = {"silent_agency_ids": silent, "means": means.value}
        await publish_event(tx, row._asdict(), Status(row.status), events.PracticeReviewSilent, **told)
        about, facts = Cause(NOUN, str(row.id)), {"due": row.answers_due_on, "means": means.said}
        names = {one: agency.name for one, agency in (await REGISTER.agencies(tx, silent)).items()}
        for agency_id in silent:
            await write(tx, Occasion.FACTS_SILENT, about, [agency_id], agency=names[agency_id], **facts)
        await write(tx, Occasion.FACTS_SILENT, about, (), business_unit=True, agency=", ".join(names.values()), **facts)
    return len(rows)


async def next_silent(tx: Tx) -> datetime | None:
    """When the next day is over by which agencies were to answer."""
    return day_after(await tx.scalar(select(func.min(PracticeReview.answers_due_on)).where(_unsaid())))


def _unsaid() -> Any:
    silent = exists().where(ReviewParty.practice_review_id == PracticeReview.id, *queries.AWAITED)
    return and_(PracticeReview.silence_told_at.is_(None), silent)
