"""Reads briefings: which went to whom, and the parts of which one consists."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, and_, any_, exists, literal, select

from services.reviews.briefings.domain import Part
from services.reviews.briefings.models import Briefing, BriefingRecipient
from services.reviews.practice_reviews.models import PracticeReview
from shared.acting import By
from shared.days import today
from shared.db import Tx
from shared.etag import must_match
from shared.policy import Principal, Reach, Scope
from shared.problems import NotFound
from shared.reference import Record, Text, read
from shared.scoping import AGENCIES, narrowed, newest_first, values, within

PARTS = Path(__file__).parents[1] / "data" / "briefing-parts.yaml"
SENT_TO = and_(BriefingRecipient.briefing_id == Briefing.id, BriefingRecipient.agency_id == any_(AGENCIES))
OWN = exists().where(SENT_TO)
SILENT = (BriefingRecipient.acknowledged_at.is_(None), BriefingRecipient.told_at.is_(None))
ALL = (*Briefing.__table__.c, PracticeReview.name.label("review"))
FROM = select(*ALL).join(PracticeReview, PracticeReview.id == Briefing.practice_review_id)


class BriefingNotFound(NotFound):
    """There is no such briefing, or it did not go to the caller's agency."""

    code = "briefing_not_found"
    cure = "Look in `/reviews/v1/briefings`."


class _Part(Record):
    code: Text
    title: Text
    source: Text
    verified: bool


class _File(Record):
    parts: list[_Part]


@lru_cache(maxsize=1)
def parts() -> tuple[Part, ...]:
    """The parts of a briefing, in their order."""
    return tuple(Part(one.code, one.title) for one in read(PARTS, _File).parts)


def _one(reach: Reach, briefing_id: UUID) -> Select[Any]:
    return FROM.where(Briefing.id == briefing_id, within(reach, OWN))


async def get(tx: Tx, principal: Principal, reach: Reach, briefing_id: UUID) -> Row[Any]:
    """One briefing. BriefingNotFound where there is none to be seen."""
    return _found(await tx.row(_one(reach, briefing_id), values(principal)))


async def as_read(tx: Tx, by: By, briefing_id: UUID) -> Row[Any]:
    """One briefing as the caller has read it, locked until the transaction ends."""
    if by.principal is None:
        return _found(await tx.row(FROM.where(Briefing.id == briefing_id).with_for_update(of=Briefing)))
    row = _found(await tx.row(_one(by.reach, briefing_id).with_for_update(of=Briefing), values(by.principal)))
    must_match(by.if_match, row.version)
    return row


def _found(row: Row[Any] | None) -> Row[Any]:
    if row is None:
        raise BriefingNotFound("There is no such briefing that you may see.")
    return row


async def recipients(tx: Tx, briefing_ids: Sequence[UUID]) -> Sequence[Row[Any]]:
    """The agencies to which these briefings went, by id."""
    columns = BriefingRecipient.__table__.c
    statement = select(*columns).where(BriefingRecipient.briefing_id.in_(briefing_ids))
    return await tx.rows(statement.order_by(BriefingRecipient.agency_id))


@dataclass(frozen=True)
class Filters:
    """What a list may be narrowed by; None leaves it open."""

    status: str | None = None
    practice_review_id: UUID | None = None
    silent: bool | None = None


async def page(
    tx: Tx, principal: Principal, reach: Reach, filters: Filters, limit: int, after: Sequence[Any] | None
) -> Sequence[Row[Any]]:
    """Up to `limit + 1` briefings, newest first, after a position."""
    seen = BriefingRecipient.briefing_id == Briefing.id if reach.view(Scope.ALL) else SENT_TO
    over = BriefingRecipient.acknowledge_by < literal(today(tx.now))
    silent = exists().where(seen, BriefingRecipient.acknowledged_at.is_(None), over)
    statement = FROM.where(within(reach, OWN), *narrowed(filters, Briefing, silent=silent))
    return await tx.rows(newest_first(statement, Briefing.started_at, Briefing.id, limit, after), values(principal))
