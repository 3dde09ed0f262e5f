"""What whoever runs an installation does before anybody can sign in: the first people, and the first front end.

Both are done as the policy's own commands do them, in the name of nobody but the installation's operator.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy import Row, func, select

from services.gateway.agencies.domain import every_scope
from services.gateway.clients import commands as clients
from services.gateway.clients.domain import Kind
from services.gateway.clients.schemas import RegisterClient
from services.gateway.models import Agency, Client, Person
from services.gateway.people import commands as people
from services.gateway.people import queries
from services.gateway.people.schemas import Invite
from shared import policy
from shared.access_record import record_shown
from shared.auth import Caller
from shared.days import today
from shared.db import Database, Tx
from shared.policy import Access, Action, AgencyType, Principal, Role, View
from shared.policy import gateway as actions
from shared.problems import Problem
from shared.schemas import Request
from shared.settings import Settings
from shared.startup import CannotStart

FIRST = frozenset({Role.BUSINESS_UNIT, Role.PLATFORM_ADMIN})
OPERATOR, COMMAND_LINE = "operator", "command-line"
NO_AGENCIES = (
    "The gateway has not heard of any agency yet: `load` the register, and let `run governance` and `run gateway` "
    "(or `run all`) pass it on; then invite again."
)
R = TypeVar("R", bound=Request)


@dataclass(frozen=True, slots=True)
class Invitation:
    """What has become of an invitation: the address to hand over, or None where she has an account set up already."""

    said: str
    address: str | None


async def invite(
    database: Database, settings: Settings, agency_id: str, role: str, name: str, email: str
) -> Invitation:
    """Invite somebody who administers the partnership or the platform. CannotStart says why not.

    May be repeated: who has not set her account up gets a new address in place of the old, who has gets the role.
    """
    if role not in FIRST:
        raise CannotStart(f"At the command line {' and '.join(sorted(FIRST))} are invited, who invite everybody else.")
    asked = _read(Invite, agency_id=agency_id, role=role, name=name, email=email)
    try:
        async with database.transaction() as tx:
            await _must_know(tx, asked.agency_id)
            caller = _operator(actions.INVITE, asked.agency_id)
            person_id, secret, said = await _invited(tx, caller, asked)
            caller.shows("gateway.person", person_id, View.IDENTIFIED, said)
            await record_shown(tx, caller.principal, caller.action, caller.shown)
    except Problem as problem:
        raise CannotStart(problem.detail) from None
    return Invitation(said, people.set_up_address(settings.public_url, secret) if secret else None)


async def register(database: Database, agency_id: str, name: str, redirect_uris: list[str], origins: list[str]) -> str:
    """Register a front end for the people of every agency; its client id, the same one again where it is registered.

    CannotStart says why not.
    """
    asked = _read(
        RegisterClient,
        agency_id=agency_id,
        name=name,
        kind=Kind.PUBLIC,
        scopes=sorted(every_scope()),
        redirect_uris=redirect_uris,
        origins=origins,
        for_all_agencies=True,
    )
    wanted = {"agency_id": agency_id, "name": asked.name, "redirect_uris": redirect_uris, "origins": origins}
    same = [getattr(Client, column) == value for column, value in wanted.items()]
    try:
        async with database.transaction() as tx:
            await _must_know(tx, agency_id)
            there: str | None = await tx.scalar(select(Client.client_id).where(*same).limit(1))
            caller = _operator(actions.REGISTER_CLIENT, agency_id)
            # By the rules of a real installation, wherever it is run.
            return there or await clients.register(tx, caller, dict(asked), Settings())
    except Problem as problem:
        raise CannotStart(problem.detail) from None


async def _invited(tx: Tx, caller: Caller, asked: Invite) -> tuple[UUID, str | None, str]:
    """The account, the secret of its invitation if it is to be set up, and a sentence on what was done."""
    row = await tx.row(
        select(*Person.__table__.c).where(func.lower(Person.email) == asked.email.lower()).with_for_update()
    )
    if row is None:
        person_id, secret = await people.invite(tx, caller, asked.agency_id, asked.name, asked.email, asked.role)
        return person_id, secret, _lasting("An account is made", tx.wall)
    _check_the_same(row, asked)
    if asked.role.value not in (await queries.get(tx, row.person_id, caller)).roles:
        await people.give(tx, caller, row.person_id, asked.role, None, None)
    if row.invitation_hash is None:
        return row.person_id, None, f"She has an account, and holds the role {asked.role}: she signs in as before."
    secret = await people.reset(tx, caller, row.person_id)
    return row.person_id, secret, _lasting("She has not set up her account yet; what was sent before is void", tx.wall)


def _check_the_same(row: Row[Any], asked: Invite) -> None:
    if row.agency_id != asked.agency_id:
        raise CannotStart(f"Somebody at {row.agency_id} has an account with this address: name that agency.")
    if row.suspended_at:
        raise CannotStart("This account is suspended: whoever else administers the gateway can end that.")


def _lasting(done: str, at: datetime) -> str:
    return f"{done}; the address below works once, until {at + people.INVITATION:%d %B %Y, %H:%M} UTC."


async def _must_know(tx: Tx, agency_id: str) -> None:
    """CannotStart says what to do, where the register has not come here or has no such agency."""
    agency = await tx.row(select(Agency.ends_on).where(Agency.agency_id == agency_id))
    if agency is None:
        there = await tx.scalar(select(select(Agency.agency_id).exists()))
        raise CannotStart(f"There is no agency {agency_id!r} in the register." if there else NO_AGENCIES)
    if agency.ends_on and agency.ends_on < today(tx.now):
        raise CannotStart(f"{agency_id} has ended, so that nobody of it can sign in: name its successor.")


def _operator(action: Action, agency_id: str) -> Caller:
    """Whoever runs the installation, acting for the host of the business unit."""
    principal = Principal(
        subject=OPERATOR,
        client_id=COMMAND_LINE,
        agency_id=agency_id,
        agency_type=AgencyType.COUNCIL,
        roles=FIRST,
        scopes=frozenset({action.scope}),
        access=Access.USER,
    )
    return Caller(principal, action, policy.reach(principal, action))


def _read(form: type[R], **given: Any) -> R:
    try:
        return form.model_validate(given)
    except ValidationError as wrong:
        first = wrong.errors(include_url=False, include_context=False)[0]
        option = str(first["loc"][0]).removesuffix("_id").removesuffix("s").replace("_", "-")
        raise CannotStart(f"--{option} cannot be used: {first['msg']}.") from None
