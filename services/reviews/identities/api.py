"""The operations on children: search, read, reveal, and the decision whether two are one."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Request
from sqlalchemy import Row

from services.reviews.children.commands import CHILDREN
from services.reviews.identities import queries
from services.reviews.identities.domain import incidents_at_least
from services.reviews.identities.schemas import (
    IncidentMatch,
    IncidentMatches,
    MatterShown,
    ReviewedChildFound,
    ReviewedChildrenFound,
)
from shared.auth import Caller, Requires
from shared.child_records.domain import ChildNotFound, Verdict
from shared.child_records.schemas import Decide, IdentifiersShown, Reveal, SearchChildren
from shared.db import Tx
from shared.policy import Scope, View
from shared.policy import rapid_reviews as policy
from shared.pseudonym import Pseudonyms
from shared.routing import Router
from shared.transactions import ReadTx, WriteTx

router = Router(tags=["children"])

NOUN = "reviews.child"


@router.post("/children/search", summary="Search by a child's numbers")
async def search_children(
    request: Request, body: SearchChildren, caller: Annotated[Caller, Requires(policy.SEARCH_CHILDREN)], tx: ReadTx
) -> ReviewedChildrenFound:
    """The cases on which you work: your agency's incidents and returns, and those on whose panel you sit.

    Others' are neither shown nor counted: an unknown child looks the same.
    """
    pseudonyms: Pseudonyms = request.app.state.runtime.pseudonyms
    sought = await CHILDREN.sought(tx, [one.number for one in body.identifiers], pseudonyms)
    found = [await _found(tx, caller, child_id) for child_id in sought]
    return ReviewedChildrenFound.model_construct(items=[child for child in found if child])


@router.get("/children/matches", summary="List children who are perhaps one")
async def list_matches(caller: Annotated[Caller, Requires(policy.LIST_MATCHES)], tx: ReadTx) -> IncidentMatches:
    """Somebody has given, for one child, numbers of two; a person is to say whether they are one."""
    rows = await queries.open_matches(tx, caller.principal, caller.reach)
    return IncidentMatches.model_construct(items=[_match(row, caller) for row in rows])


@router.post("/children/matches/{child_match_id}/confirm", summary="Confirm that two children are one")
async def confirm_match(
    child_match_id: UUID, body: Decide, caller: Annotated[Caller, Requires(policy.DECIDE_MATCH)], tx: WriteTx
) -> IncidentMatch:
    """They are one child from now on; what was counted before stays as it was."""
    return await _decide(tx, caller, child_match_id, Verdict.CONFIRMED, body)


@router.post("/children/matches/{child_match_id}/reject", summary="Say that two children are two")
async def reject_match(
    child_match_id: UUID, body: Decide, caller: Annotated[Caller, Requires(policy.DECIDE_MATCH)], tx: WriteTx
) -> IncidentMatch:
    """They stay two, and are not suggested again."""
    return await _decide(tx, caller, child_match_id, Verdict.REJECTED, body)


@router.get("/children/{concerned_child_id:uuid}", summary="Read what there is about one child")
async def read_child(
    concerned_child_id: UUID, caller: Annotated[Caller, Requires(policy.READ_CHILD)], tx: ReadTx
) -> ReviewedChildFound:
    """Every case about the child that you may see, whoever's numbers it was recorded under."""
    found = await _found(tx, caller, concerned_child_id)
    if found is None:
        raise ChildNotFound("There is no such child that you may see.")
    return found


@router.post("/children/{concerned_child_id}/reveal", summary="Open a child's identifiers")
async def reveal_child(
    request: Request,
    concerned_child_id: UUID,
    body: Reveal,
    caller: Annotated[Caller, Requires(policy.REVEAL_CHILD)],
    tx: WriteTx,
) -> IdentifiersShown:
    """Every number under which the child is known here, for who works on a case about it; the reason is recorded."""
    children = await CHILDREN.same(tx, concerned_child_id)
    if not children or not await queries.matters(tx, caller.principal, caller.reach, children):
        raise ChildNotFound("There is no such child that you may see.")
    pseudonyms: Pseudonyms = request.app.state.runtime.pseudonyms
    caller.shows(NOUN, children[0], View.IDENTIFIED, body.reason)
    return IdentifiersShown.of(children[0], await CHILDREN.opened(tx, children, pseudonyms))


async def _found(tx: Tx, caller: Caller, child_id: UUID) -> ReviewedChildFound | None:
    children = await CHILDREN.same(tx, child_id)
    rows = await queries.matters(tx, caller.principal, caller.reach, children) if children else ()
    if not rows:
        return None
    return ReviewedChildFound.model_construct(
        child_id=children[0],
        pseudonyms=sorted({row.pseudonym for row in rows if row.pseudonym}),
        at_least=incidents_at_least((row.incident_id, row.joined) for row in rows),
        matters=[_matter(row, caller) for row in {(row.noun, row.id): row for row in rows}.values()],
    )


def _matter(row: Row[Any], caller: Caller) -> MatterShown:
    view = View.IDENTIFIED if row.near else caller.reach.view(Scope.ALL) or View.ANONYMISED
    caller.shows(row.noun, row.id, view)
    return MatterShown.model_construct(**row._asdict() | {"view": view.value})


async def _decide(tx: Tx, caller: Caller, match_id: UUID, verdict: Verdict, body: Decide) -> IncidentMatch:
    match = await queries.match_for_update(tx, caller.principal, caller.reach, match_id)
    await CHILDREN.decide(tx, caller.by(), match, verdict, body.reason)
    return _match(await queries.match_for_update(tx, caller.principal, caller.reach, match_id), caller)


def _match(row: Row[Any], caller: Caller) -> IncidentMatch:
    caller.shows(NOUN, row.child_id, View.PSEUDONYMISED)
    return IncidentMatch.model_construct(**row._mapping)
