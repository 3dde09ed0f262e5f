"""Reads publication checks, and the words by which they are made."""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, exists, select

from services.reviews.practice_reviews.domain import Do
from services.reviews.practice_reviews.models import PracticeReview, ReviewEntry
from services.reviews.practice_reviews.queries import IS_PARTY, IS_REVIEWER
from services.reviews.publication.domain import Status, Words
from services.reviews.publication.models import PublicationCheck
from shared.acting import By
from shared.db import Tx
from shared.etag import must_match
from shared.policy import Principal, Reach
from shared.problems import NotFound
from shared.reference import Record, Text, read
from shared.scoping import values, within

WORDS = Path(__file__).parents[1] / "data" / "identifying.yaml"
ALL = tuple(PublicationCheck.__table__.c)


class CheckNotFound(NotFound):
    """There is no such check, or it is of a review that the caller may not see."""

    code = "publication_check_not_found"
    cure = "Look in the review."


class _Places(Record):
    names: list[Text]
    known: bool
    source: Text
    verified: bool


class _Features(Record):
    words: list[Text]
    why: Text
    source: Text
    verified: bool


class _File(Record):
    places: list[_Places]
    features: list[_Features]


@lru_cache(maxsize=1)
def words() -> Words:
    """The words of the suite's own list."""
    return read_words(WORDS)


def read_words(path: Path) -> Words:
    """The words of a file. BadFile where it is wrong."""
    content = read(path, _File)
    return Words(
        places=tuple(name for row in content.places if not row.known for name in row.names),
        known=tuple(name for row in content.places if row.known for name in row.names),
        features=tuple((word, row.why) for row in content.features for word in row.words),
    )


def _one(reach: Reach, check_id: UUID) -> Select[Any]:
    seen = within(reach, IS_PARTY, IS_REVIEWER)
    review = exists().where(PracticeReview.id == PublicationCheck.practice_review_id, seen)
    return select(*ALL).where(PublicationCheck.id == check_id, review)


async def get(tx: Tx, principal: Principal, reach: Reach, check_id: UUID) -> Row[Any]:
    """One check. CheckNotFound where there is none to be seen."""
    return _found(await tx.row(_one(reach, check_id), values(principal)))


async def as_read(tx: Tx, by: By, check_id: UUID) -> Row[Any]:
    """One check as the caller has read it, locked until the transaction ends."""
    assert by.principal
    statement = _one(by.reach, check_id).with_for_update(of=PublicationCheck)
    row = _found(await tx.row(statement, values(by.principal)))
    must_match(by.if_match, row.version)
    return row


def _found(row: Row[Any] | None) -> Row[Any]:
    if row is None:
        raise CheckNotFound("There is no such publication check that you may see.")
    return row


async def of_review(tx: Tx, review_id: UUID) -> Sequence[Row[Any]]:
    """Every check of a report that the caller has been seen to reach, newest first."""
    statement = select(*ALL).where(PublicationCheck.practice_review_id == review_id)
    return await tx.rows(statement.order_by(PublicationCheck.asked_at.desc(), PublicationCheck.id.desc()))


async def is_confirmed(tx: Tx, review_id: UUID, text_hash: str) -> bool:
    """Whether the last check of this very text was confirmed, and the report not taken down since."""
    column, entry = PublicationCheck.status, ReviewEntry
    taken_down = entry.practice_review_id == review_id, entry.did == Do.TAKE_DOWN, entry.at >= PublicationCheck.asked_at
    of_it = PublicationCheck.practice_review_id == review_id, PublicationCheck.text_hash == text_hash
    mine = *of_it, ~exists().where(*taken_down)
    newest = select(column).where(*mine).order_by(PublicationCheck.asked_at.desc(), PublicationCheck.id.desc())
    return bool(await tx.scalar(newest.limit(1)) == Status.CONFIRMED)
