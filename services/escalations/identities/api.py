"""The operations on children: search, read, reveal, and the decision whether two are one."""

from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

from fastapi import Request

from services.escalations.children.commands import CHILDREN
from services.escalations.escalations.api import summary
from services.escalations.escalations.schemas import EscalationSummary
from services.escalations.identities import queries
from services.escalations.identities.schemas import ChildFound, ChildrenFound, EscalationMatch, Matches
from shared.auth import Caller, Requires
from shared.child_records.domain import ChildNotFound, Verdict
from shared.child_records.schemas import Decide, IdentifiersShown, Reveal, SearchChildren
from shared.db import Tx
from shared.policy import View
from shared.policy import escalations as policy
from shared.pseudonym import Pseudonyms
from shared.routing import Router
from shared.transactions import ReadTx, WriteTx

router = Router(tags=["children"])

NOUN = "escalations.child"


@router.post("/children/search", summary="Search by a child's numbers")
async def search_children(
    request: Request, body: SearchChildren, caller: Annotated[Caller, Requires(policy.SEARCH)], tx: ReadTx
) -> ChildrenFound:
    """Your own agency's matters about a child. Others' are neither shown nor counted: an unknown child looks the same."""
    pseudonyms: Pseudonyms = request.app.state.runtime.pseudonyms
    sought = await CHILDREN.sought(tx, [one.number for one in body.identifiers], pseudonyms)
    found = [await _found(tx, caller, child_id) for child_id in sought]
    return ChildrenFound.model_construct(items=[child for child in found if child])


@router.get("/children/matches", summary="List children who are perhaps one")
async def list_matches(caller: Annotated[Caller, Requires(policy.LIST_MATCHES)], tx: ReadTx) -> Matches:
    """Somebody has given, for one child, numbers of two; a person is to say whether they are one."""
    rows = await queries.open_matches(tx, caller.principal, caller.reach)
    return Matches.model_construct(items=[_match(row, caller) for row in rows])


@router.post("/children/matches/{match_id}/confirm", summary="Confirm that two children are one")
async def confirm_match(
    match_id: UUID, body: Decide, caller: Annotated[Caller, Requires(policy.DECIDE_MATCH)], tx: WriteTx
) -> EscalationMatch:
    """They are one child from now on; what was counted before stays as it was."""
    return await _decide(tx, caller, match_id, Verdict.CONFIRMED, body)


@router.post("/children/matches/{match_id}/reject", summary="Say that two children are two")
async def reject_match(
    match_id: UUID, body: Decide, caller: Annotated[Caller, Requires(policy.DECIDE_MATCH)], tx: WriteTx
) -> EscalationMatch:
    """They stay two, and are not suggested again."""
    return await _decide(tx, caller, match_id, Verdict.REJECTED, body)


@router.get("/children/{child_id:uuid}", summary="Read what there is about one child")
async def read_child(child_id: UUID, caller: Annotated[Caller, Requires(policy.READ_CHILD)], tx: ReadTx) -> ChildFound:
    """Every matter about the child that you may see; its numbers stand in none of them but your own agency's."""
    found = await _found(tx, caller, child_id)
    if found is None:
        raise ChildNotFound("There is no such child that you may see.")
    return found


@router.post("/children/{child_id}/reveal", summary="Open a child's identifiers")
async def reveal_child(
    request: Request,
    child_id: UUID,
    body: Reveal,
    caller: Annotated[Caller, Requires(policy.REVEAL)],
    tx: WriteTx,
) -> IdentifiersShown:
    """Every number under which the child is known here, for a party's lead, with a reason that is recorded."""
    children = await CHILDREN.same(tx, child_id)
    if not children or not await queries.matters(tx, caller.principal, caller.reach, children):
        raise ChildNotFound("There is no such child that you may see.")
    pseudonyms: Pseudonyms = request.app.state.runtime.pseudonyms
    caller.shows(NOUN, children[0], View.IDENTIFIED, body.reason)
    return IdentifiersShown.of(children[0], await CHILDREN.opened(tx, children, pseudonyms))


async def _found(tx: Tx, caller: Caller, child_id: UUID) -> ChildFound | None:
    children = await CHILDREN.same(tx, child_id)
    rows: Sequence[Any] = await queries.matters(tx, caller.principal, caller.reach, children) if children else ()
    if not rows:
        return None
    shown = {row.id: EscalationSummary.model_construct(**summary(row, caller, tx)) for row in rows}
    return ChildFound.model_construct(
        child_id=children[0],
        pseudonyms=sorted({row.pseudonym for row in rows}),
        at_least=len(shown),
        escalations=list(shown.values()),
    )


async def _decide(tx: Tx, caller: Caller, match_id: UUID, verdict: Verdict, body: Decide) -> EscalationMatch:
    match = await queries.match_for_update(tx, caller.principal, caller.reach, match_id)
    await CHILDREN.decide(tx, caller.by(), match, verdict, body.reason)
    return _match(await queries.match_for_update(tx, caller.principal, caller.reach, match_id), caller)


def _match(row: Any, caller: Caller) -> EscalationMatch:
    caller.shows(NOUN, row.child_id, View.PSEUDONYMISED)
    return EscalationMatch.model_construct(**row._mapping)
