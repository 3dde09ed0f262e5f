"""The operations on accounts."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response

from services.gateway.agencies.schemas import Resume, Suspend
from services.gateway.people import commands, queries
from services.gateway.people.schemas import EndRole, GiveRole, Invite, PersonInvited, PersonList, PersonShown, Reset
from services.gateway.state import gateway_of
from shared.auth import Caller, Requires
from shared.db import Tx
from shared.paging import GREATEST, SMALLEST, USUAL, page
from shared.policy import View
from shared.policy import gateway as policy
from shared.routing import Router
from shared.transactions import OnceTx, ReadTx, WriteTx

router = Router(tags=["people"])

NOUN = "gateway.person"


@router.get("/people", summary="List accounts")
async def list_people(
    request: Request,
    caller: Annotated[Caller, Requires(policy.LIST_PEOPLE)],
    tx: ReadTx,
    limit: Annotated[int, Query(ge=SMALLEST, le=GREATEST)] = USUAL,
    cursor: Annotated[str | None, Query(max_length=1000)] = None,
) -> PersonList:
    """Those of your agency, or all where you administer all, with the roles that hold today."""
    cursors = request.app.state.runtime.cursors
    after = cursors.read(caller.principal, "people", cursor, UUID)
    rows = await queries.page(tx, caller, limit, after[0] if after else None)
    found = page(rows, limit, lambda row: cursors.make(caller.principal, "people", (row.person_id,)))
    items = [PersonShown.model_validate(queries.shown(row)) for row in found.rows]
    return PersonList.model_construct(items=items, next=found.next)


@router.get("/people/{person_id}", summary="Read one account")
async def read_person(
    person_id: UUID, caller: Annotated[Caller, Requires(policy.LIST_PEOPLE)], tx: ReadTx
) -> PersonShown:
    """One account with the roles of today and every term given."""
    return await show(tx, caller, person_id)


@router.post("/people", summary="Invite a person", status_code=201)
async def invite_person(
    request: Request,
    body: Invite,
    response: Response,
    caller: Annotated[Caller, Requires(policy.INVITE)],
    tx: WriteTx,
) -> PersonInvited:
    """Make an account with its first role. A letter takes her the address at which she sets it up; where no mail server
    is configured, it stands in the answer and you hand it over.

    An address of hers has one account, so a second request makes no second one; a lost answer is had again by `reset`.
    """
    person_id, secret = await commands.invite(tx, caller, body.agency_id, body.name, body.email, body.role)
    response.headers["location"] = f"/gateway/v1/people/{person_id}"
    return await invited(request, tx, caller, person_id, secret)


@router.post("/people/{person_id}/reset", summary="Reset an account")
async def reset_person(
    request: Request, person_id: UUID, body: Reset, caller: Annotated[Caller, Requires(policy.RESET)], tx: WriteTx
) -> PersonInvited:
    """She is signed out everywhere and sets her account up again, at the address that comes as with an invitation."""
    handed_over = not gateway_of(request).settings.smtp_url
    secret = await commands.reset(tx, caller, person_id, handed_over=handed_over)
    return await invited(request, tx, caller, person_id, secret)


@router.post("/people/{person_id}/suspend", summary="Suspend an account")
async def suspend_person(
    person_id: UUID, body: Suspend, caller: Annotated[Caller, Requires(policy.SUSPEND_PERSON)], tx: WriteTx
) -> PersonShown:
    """She is refused from the next request on."""
    await commands.suspend(tx, caller, person_id, body.reason)
    return await show(tx, caller, person_id)


@router.post("/people/{person_id}/resume", summary="End an account's suspension")
async def resume_person(
    person_id: UUID, body: Resume, caller: Annotated[Caller, Requires(policy.RESUME_PERSON)], tx: WriteTx
) -> PersonShown:
    """She may sign in again."""
    await commands.resume(tx, caller, person_id)
    return await show(tx, caller, person_id)


@router.post("/people/{person_id}/terms", summary="Give a role", status_code=201)
async def give_role(
    person_id: UUID, body: GiveRole, caller: Annotated[Caller, Requires(policy.GIVE_ROLE)], tx: OnceTx
) -> PersonShown:
    """A role from one day to another. Seats on bodies bring their own roles, from the register."""
    await commands.give(tx, caller, person_id, body.role, body.starts_on, body.ends_on)
    return await show(tx, caller, person_id)


@router.post("/people/{person_id}/terms/{term_id}/end", summary="End a role")
async def end_role(
    person_id: UUID, term_id: UUID, body: EndRole, caller: Annotated[Caller, Requires(policy.END_ROLE)], tx: WriteTx
) -> PersonShown:
    """It holds no more after the last day; she signs in again, for tokens without it."""
    await commands.end_role(tx, caller, person_id, term_id, body.ends_on)
    return await show(tx, caller, person_id)


async def show(tx: Tx, caller: Caller, person_id: UUID) -> PersonShown:
    """The account as it now stands; who read or changed it is recorded."""
    caller.shows(NOUN, person_id, View.IDENTIFIED)
    return PersonShown.model_validate(queries.shown(await queries.get(tx, person_id, caller)))


async def invited(request: Request, tx: Tx, caller: Caller, person_id: UUID, secret: str) -> PersonInvited:
    """The account, and where it is set up, unless that goes to her by mail."""
    caller.shows(NOUN, person_id, View.IDENTIFIED)
    gateway = gateway_of(request)
    url = None if gateway.settings.smtp_url else commands.set_up_address(gateway.profile.issuer, secret)
    if url is None:
        await commands.post(tx, person_id, secret, gateway.vault)
    shown = queries.shown(await queries.get(tx, person_id, caller))
    return PersonInvited.model_validate(shown | {"set_up_url": url})
