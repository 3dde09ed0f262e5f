"""The operations that open and show rapid reviews; those that move them stand with what is done by them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Request, Response
from sqlalchemy import Row

from services.reviews.incidents.api import numbers, one_child
from services.reviews.rapid_reviews import commands, queries
from services.reviews.rapid_reviews.domain import said_of_returns
from services.reviews.rapid_reviews.schemas import (
    ChooseReviewStart,
    CriterionShown,
    ListRapidReviews,
    OpenReview,
    PanelMemberShown,
    RapidReviewHistory,
    RapidReviewPage,
    RapidReviewShown,
    RapidReviewStep,
    RapidReviewWhole,
    ReturnStanding,
    ReviewedIncidentShown,
)
from shared import kept_clocks
from shared.auth import Caller, Requires
from shared.child_records.schemas import IdentifierShown
from shared.db import Tx
from shared.etag import etag
from shared.listing import Pages
from shared.policy import View
from shared.policy import rapid_reviews as policy
from shared.pseudonym import Pseudonyms
from shared.routing import Router
from shared.schemas import CauseShown
from shared.transactions import IfMatch, OnceTx, ReadTx, WriteTx

router = Router(tags=["rapid_reviews"])

NOUN = "reviews.rapid_review"


@router.post("/rapid-reviews", status_code=201, summary="Open a rapid review")
async def open_rapid_review(
    body: OpenReview,
    response: Response,
    caller: Annotated[Caller, Requires(policy.OPEN_RAPID_REVIEW)],
    tx: OnceTx,
) -> RapidReviewWhole:
    """A voluntary, thematic or joint one; that which a notification makes mandatory opens by itself."""
    given = body.model_dump(include={"kind", "theme", "other_area", "led_by", "reason"})
    incident_ids = list(dict.fromkeys(body.incident_ids))
    review_id = await commands.open_review(tx, caller.by(), incident_ids=incident_ids, **given)
    response.headers["location"] = f"/reviews/v1/rapid-reviews/{review_id}"
    return await show(tx, caller, review_id, response)


@router.get("/rapid-reviews", summary="List rapid reviews")
async def list_rapid_reviews(
    caller: Annotated[Caller, Requires(policy.LIST_RAPID_REVIEWS)],
    tx: ReadTx,
    wanted: Annotated[ListRapidReviews, Query()],
    pages: Pages,
) -> RapidReviewPage:
    """Those that you may see, newest first: a panel member those on whose panel she sits, while they last."""
    filters = queries.Filters(**wanted.chosen())
    rows = partial(queries.page, tx, caller.principal, caller.reach, filters)
    found = await pages.of(wanted, filters, rows, lambda row: (row.opened_at, row.id), datetime.fromisoformat, UUID)
    items = [RapidReviewShown.model_construct(**_summary(row, caller, tx)) for row in found.rows]
    return RapidReviewPage.model_construct(items=items, next=found.next)


@router.get("/rapid-reviews/{rapid_review_id}", summary="Read one rapid review")
async def read_rapid_review(
    request: Request,
    rapid_review_id: UUID,
    response: Response,
    caller: Annotated[Caller, Requires(policy.READ_RAPID_REVIEW)],
    tx: ReadTx,
) -> RapidReviewWhole:
    """The review with its incidents, panel, returns and criteria; its panel sees who the children are."""
    return await show(tx, caller, rapid_review_id, response, request.app.state.runtime.pseudonyms)


@router.get("/rapid-reviews/{rapid_review_id}/history", summary="Read what was done to a rapid review")
async def read_rapid_review_history(
    rapid_review_id: UUID, caller: Annotated[Caller, Requires(policy.READ_RAPID_REVIEW_HISTORY)], tx: ReadTx
) -> RapidReviewHistory:
    """Every step, oldest first."""
    row = await queries.get(tx, caller.principal, caller.reach, rapid_review_id)
    caller.shows(NOUN, row.id, queries.view_of(row, caller.reach))
    own = caller.principal.agencies
    return RapidReviewHistory.model_construct(
        items=[
            RapidReviewStep.model_construct(**entry._asdict() | ({} if entry.agency_id in own else {"actor": None}))
            for entry in await queries.HISTORY.of(tx, rapid_review_id)
        ]
    )


@router.post("/rapid-reviews/{rapid_review_id}/choose_start", summary="Choose from when a review's time is counted")
async def choose_review_start(
    rapid_review_id: UUID,
    body: ChooseReviewStart,
    response: Response,
    caller: Annotated[Caller, Requires(policy.CHOOSE_REVIEW_START)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> RapidReviewWhole:
    """Awareness, the notification as day 0, or as day 1: practice differs, so all three stay shown with their dates."""
    approved_by = str(body.approved_by) if body.approved_by else None
    await commands.choose_start(
        tx, caller.by(if_match), rapid_review_id, start=body.start, reason=body.reason, approved_by=approved_by
    )
    return await show(tx, caller, rapid_review_id, response)


async def show(
    tx: Tx, caller: Caller, review_id: UUID, response: Response, pseudonyms: Pseudonyms | None = None
) -> RapidReviewWhole:
    """The review as this caller may see it, with `pseudonyms` its children's numbers too; it is recorded."""
    row = await queries.whole(tx, caller.principal, caller.reach, review_id)
    response.headers["etag"] = etag(row.version)
    fields = _summary(row, caller, tx)
    incidents, children, asked = row.incidents or (), row.children or (), row.returns or ()
    opened = await numbers(tx, children, pseudonyms) if fields["view"] == View.IDENTIFIED else {}
    fields |= {
        "mandatory": any(one["review_needed"] for one in incidents),
        "clock": kept_clocks.read_shown(row.clock, tx.now),
        "incidents": [_incident(one, children, opened) for one in incidents],
        "panel": _panel(row.panel or (), {one["agency_id"] for one in asked}),
        "returns": [_return(one, tx) for one in asked],
        "returns_in_words": said_of_returns(
            len(asked), sum(one["returned_at"] is not None for one in asked), sum(_missing(one, tx) for one in asked)
        ),
        "criteria": _criteria(row, row.answers or ()),
        "causes": [CauseShown.model_construct(**cause) for cause in row.causes],
    }
    return RapidReviewWhole.model_construct(**fields)


def _summary(row: Row[Any], caller: Caller, tx: Tx) -> dict[str, Any]:
    view = queries.view_of(row, caller.reach)
    caller.shows(NOUN, row.id, view)
    return row._asdict() | {"view": view.value, "overdue": row.due_at is not None and row.due_at < tx.now}


def _incident(
    incident: Mapping[str, Any], children: Sequence[Mapping[str, Any]], opened: Mapping[str, IdentifierShown]
) -> ReviewedIncidentShown:
    of_it = [one_child(child, opened) for child in children if child["incident_id"] == incident["id"]]
    return ReviewedIncidentShown.model_construct(**dict(incident) | {"children": of_it})


def _panel(members: Sequence[Mapping[str, Any]], asked: set[str | None]) -> list[PanelMemberShown]:
    return [PanelMemberShown.model_construct(**one, own_practice=one["agency_id"] in asked) for one in members]


def _missing(one: Mapping[str, Any], tx: Tx) -> bool:
    return one["returned_at"] is None and one["due_at"] < tx.now


def _return(one: Mapping[str, Any], tx: Tx) -> ReturnStanding:
    return ReturnStanding.model_construct(**dict(one) | {"late": bool(one["late"]) or _missing(one, tx)})


def _criteria(row: Row[Any], answered: Sequence[Mapping[str, Any]]) -> list[CriterionShown]:
    found = {one["criterion"]: dict(one) for one in answered}
    nothing = {"met": None, "rationale": None, "answered_at": None}
    return [
        CriterionShown.model_construct(**found.get(code, nothing) | {"criterion": code, "title": title})
        for code, title in queries.criteria(row.criteria_version).items
    ]
