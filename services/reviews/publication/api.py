"""The operations on publication: have a report checked, confirm or send it back, and publish it."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Response
from sqlalchemy import Row

from services.reviews.practice_reviews import queries as reviews
from services.reviews.practice_reviews.api import show
from services.reviews.practice_reviews.domain import text_hash
from services.reviews.practice_reviews.schemas import ReviewWhole
from services.reviews.publication import commands, queries
from services.reviews.publication.commands import NOUN
from services.reviews.publication.schemas import CheckList, CheckShown, ConfirmCheck, FoundShown, SendBackCheck
from shared.auth import Caller, Requires
from shared.db import Tx
from shared.etag import etag
from shared.policy import View
from shared.policy import practice_reviews as policy
from shared.routing import Router
from shared.transactions import IfMatch, OnceTx, ReadTx, WriteTx

router = Router(tags=["publication"])


@router.post("/practice-reviews/{practice_review_id}/checks", status_code=201, summary="Ask for the publication check")
async def ask_check(
    practice_review_id: UUID, response: Response, caller: Annotated[Caller, Requires(policy.ASK_CHECK)], tx: OnceTx
) -> CheckShown:
    """Ages, dates, places, rare features and names are found in the report as it stands, each with its place and why;
    a second person reads it."""
    check_id = await commands.ask(tx, caller.by(), practice_review_id)
    response.headers["location"] = f"/reviews/v1/checks/{check_id}"
    return await _show(tx, caller, check_id, response)


@router.get("/practice-reviews/{practice_review_id}/checks", summary="List the publication checks of a review")
async def list_checks(
    practice_review_id: UUID, caller: Annotated[Caller, Requires(policy.READ_CHECK)], tx: ReadTx
) -> CheckList:
    """Every check of one report, newest first; those of an older text are marked."""
    await reviews.get(tx, caller.principal, caller.reach, practice_review_id)
    parts = await reviews.parts(tx, practice_review_id)
    rows = await queries.of_review(tx, practice_review_id)
    return CheckList.model_construct(items=[_shown(caller, row, parts) for row in rows])


@router.get("/checks/{publication_check_id}", summary="Read one publication check")
async def read_check(
    publication_check_id: UUID, response: Response, caller: Annotated[Caller, Requires(policy.READ_CHECK)], tx: ReadTx
) -> CheckShown:
    """One check: what was found where, and what the second person said."""
    return await _show(tx, caller, publication_check_id, response)


@router.post("/checks/{publication_check_id}/confirm", summary="Confirm that a report may be published")
async def confirm_check(
    publication_check_id: UUID,
    body: ConfirmCheck,
    response: Response,
    caller: Annotated[Caller, Requires(policy.CONFIRM_CHECK)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> CheckShown:
    """You have read this very text, have not written in it, and it may be published."""
    await commands.confirm(tx, caller.by(if_match), publication_check_id, reason=body.reason)
    return await _show(tx, caller, publication_check_id, response)


@router.post("/checks/{publication_check_id}/send_back", summary="Send a report back to its authors")
async def send_back_check(
    publication_check_id: UUID,
    body: SendBackCheck,
    response: Response,
    caller: Annotated[Caller, Requires(policy.SEND_BACK_CHECK)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> CheckShown:
    """You have read this very text, and something in it is to be said otherwise."""
    await commands.send_back(tx, caller.by(if_match), publication_check_id, reason=body.reason)
    return await _show(tx, caller, publication_check_id, response)


@router.post("/practice-reviews/{practice_review_id}/publish", summary="Publish a report")
async def publish_report(
    practice_review_id: UUID,
    response: Response,
    caller: Annotated[Caller, Requires(policy.PUBLISH)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> ReviewWhole:
    """Signed off, sent, checked by a second person, held by nothing: it is public from today."""
    await commands.publish(tx, caller.by(if_match), practice_review_id)
    return await show(tx, caller, practice_review_id, response)


async def _show(tx: Tx, caller: Caller, check_id: UUID, response: Response) -> CheckShown:
    row = await queries.get(tx, caller.principal, caller.reach, check_id)
    response.headers["etag"] = etag(row.version)
    return _shown(caller, row, await reviews.parts(tx, row.practice_review_id))


def _shown(caller: Caller, row: Row[Any], parts: dict[str, str]) -> CheckShown:
    caller.shows(NOUN, row.id, View.PSEUDONYMISED)
    stale = row.text_hash != text_hash(parts)
    found = [
        FoundShown.model_construct(
            **one, excerpt=None if stale else parts[one["part"]][one["at"] - 1 : one["at"] - 1 + one["length"]]
        )
        for one in row.findings
    ]
    return CheckShown.model_construct(**row._asdict() | {"stale": stale, "findings": found})
