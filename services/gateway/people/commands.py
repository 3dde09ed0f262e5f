"""Invites people, gives and ends their roles, suspends, resumes and resets their accounts."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, delete, insert, select, update
from sqlalchemy.dialects.postgresql import insert as insert_once

from services.gateway.agencies import queries as agencies
from services.gateway.agencies.commands import StandsSo
from services.gateway.models import Grant, InvitationLetter, Person, Session, Term
from services.gateway.oauth.context import digest, new_secret
from services.gateway.people import queries
from services.gateway.people.domain import Giver, OwnAccount, check_role, check_term
from services.gateway.reaching import must_reach
from services.gateway.standing import raise_standing
from shared.auth import Caller
from shared.contracts import gateway as events
from shared.days import today
from shared.db import Tx, new_id
from shared.errands import queued
from shared.outbox import emit
from shared.policy import Role
from shared.problems import Conflict, Invalid, NotFound
from shared.vault import Vault

INVITATION = timedelta(days=7)


class EmailTaken(Conflict):
    """Somebody has an account with this address."""

    code = "email_taken"
    title = "This address has an account"
    cure = "Give her the role there."


class TermNotFound(NotFound):
    """The person has been given no such term."""

    code = "term_not_found"
    cure = "Look at the person."


async def invite(tx: Tx, caller: Caller, agency_id: str, name: str, email: str, role: Role) -> tuple[UUID, str]:
    """Make an account and its first role; its id, and the secret of its invitation. NotYourAgency, NotGranted, EmailTaken."""
    must_reach(caller, agency_id)
    person_id, secret = new_id(), new_secret()
    values = {
        "person_id": person_id,
        "agency_id": agency_id,
        "name": name,
        "email": email,
        "created_at": tx.wall,
        "created_by": caller.principal.subject,
    }
    added = await tx.execute(
        insert_once(Person)
        .values(values | _invitation(tx, secret))
        .on_conflict_do_nothing()
        .returning(Person.person_id)
    )
    if added.scalar() is None:
        raise EmailTaken("Somebody has an account with this address.")
    await _give(tx, caller, person_id, agency_id, role, today(tx.now), None)
    return person_id, secret


async def give(
    tx: Tx, caller: Caller, person_id: UUID, role: Role, starts_on: date | None, ends_on: date | None
) -> None:
    """Give a person a role. PersonNotFound, NotGranted, OwnAccount, Invalid."""
    person = await queries.for_update(tx, person_id, caller)
    await _give(tx, caller, person_id, person.agency_id, role, starts_on or today(tx.now), ends_on)


async def end_role(tx: Tx, caller: Caller, person_id: UUID, term_id: UUID, ends_on: date | None) -> None:
    """End a role; one that has not begun is taken back. PersonNotFound, TermNotFound, Invalid."""
    await queries.for_update(tx, person_id, caller)
    wanted = (Term.term_id == term_id, Term.person_id == person_id)
    term = await tx.row(select(*Term.__table__.c).where(*wanted))
    if term is None:
        raise TermNotFound("She has been given no such role.")
    last = ends_on or today(tx.now) - timedelta(days=1)
    if term.ends_on is not None and last > term.ends_on:
        raise Invalid.field("ends_on", "later", "A role can be ended earlier, not later; give it anew instead.")
    if last < term.starts_on:
        await tx.execute(delete(Term).where(*wanted))
    else:
        await tx.execute(update(Term).where(*wanted).values(ends_on=last))
    await _end_tokens(tx, person_id, "role_ended")


async def suspend(tx: Tx, caller: Caller, person_id: UUID, reason: str) -> None:
    """Refuse the person from the next request on. PersonNotFound, StandsSo, OwnAccount."""
    person = await _anothers(tx, caller, person_id)
    if person.suspended_at:
        raise StandsSo("This account is suspended already.")
    await _write(tx, person_id, suspended_at=tx.wall, suspended_reason=reason)
    await _sign_out(tx, person_id, "suspended")
    await emit(tx, events.PersonSuspended(subject=str(person_id), agency_id=person.agency_id, suspended=True))


async def resume(tx: Tx, caller: Caller, person_id: UUID) -> None:
    """Let the person sign in again. PersonNotFound, StandsSo."""
    person = await _anothers(tx, caller, person_id)
    if not person.suspended_at:
        raise StandsSo("This account is not suspended.")
    await _write(tx, person_id, suspended_at=None, suspended_reason=None)
    await raise_standing(tx)
    await emit(tx, events.PersonResumed(subject=str(person_id), agency_id=person.agency_id, suspended=False))


async def restate(tx: Tx) -> int:
    """Tell again of every account whether it is suspended; how many."""
    columns = (Person.person_id, Person.agency_id, Person.suspended_at)
    rows = await tx.rows(select(*columns).order_by(Person.person_id).with_for_update(read=True))
    for row in rows:
        stands = {"agency_id": row.agency_id, "suspended": row.suspended_at is not None}
        await emit(tx, events.PersonRestated(subject=str(row.person_id), **stands))
    return len(rows)


async def reset(tx: Tx, caller: Caller, person_id: UUID, *, handed_over: bool = False) -> str:
    """Take password and authenticator from an account; the secret of a new invitation. PersonNotFound, OwnAccount.

    NotGranted where the secret is `handed_over` to who resets, and the account holds a role that she may not give: she
    could take it up herself.
    """
    person = await _anothers(tx, caller, person_id)
    if handed_over:
        granted = await agencies.granted_to(tx, person.agency_id)
        for role in queries.shown(await queries.get(tx, person_id, caller))["roles"]:
            check_role(_giver(caller, person.agency_id), str(person_id), Role(role), granted)
    secret = new_secret()
    await _write(tx, person_id, password_hash=None, totp_sealed=None, **_invitation(tx, secret))
    await tx.execute(delete(InvitationLetter).where(InvitationLetter.person_id == person_id))
    await _sign_out(tx, person_id, "reset")
    return secret


async def post(tx: Tx, person_id: UUID, secret: str, vault: Vault) -> None:
    """Have the address of an invitation sent to its person, and to nobody else."""
    sealed = vault.seal(secret.encode(), str(person_id))
    letter = {"person_id": person_id, "sealed": sealed, **queued(tx)}
    await tx.execute(insert(InvitationLetter).values(letter))


def set_up_address(public_url: str, secret: str) -> str:
    """Where an invited person sets her account up."""
    return f"{public_url.rstrip('/')}/set-up?invitation={secret}"


def _invitation(tx: Tx, secret: str) -> dict[str, Any]:
    return {"invitation_hash": digest(secret), "invitation_expires_at": tx.wall + INVITATION}


async def _give(
    tx: Tx, caller: Caller, person_id: UUID, agency_id: str, role: Role, starts_on: date, ends_on: date | None
) -> None:
    granted = await agencies.granted_to(tx, agency_id)
    check_role(_giver(caller, agency_id), str(person_id), role, granted)
    check_term(starts_on, ends_on)
    dates = {"starts_on": starts_on, "ends_on": ends_on}
    values = {"term_id": new_id(), "person_id": person_id, "role": role.value, "given_by": caller.principal.subject}
    await tx.execute(insert(Term).values(values | dates))


def _giver(caller: Caller, agency_id: str) -> Giver:
    principal = caller.principal
    return Giver(principal.subject, principal.roles, elsewhere=agency_id != principal.agency_id)


async def _anothers(tx: Tx, caller: Caller, person_id: UUID) -> Row[Any]:
    person = await queries.for_update(tx, person_id, caller)
    if str(person_id) == caller.principal.subject:
        raise OwnAccount("Ask another lead, or the business unit.")
    return person


async def _write(tx: Tx, person_id: UUID, **values: Any) -> None:
    await tx.execute(update(Person).where(Person.person_id == person_id).values(version=Person.version + 1, **values))


async def _sign_out(tx: Tx, person_id: UUID, reason: str) -> None:
    await tx.execute(delete(Session).where(Session.person_id == person_id))
    await _end_tokens(tx, person_id, reason)


async def _end_tokens(tx: Tx, person_id: UUID, reason: str) -> None:
    """End what she has allowed: the tokens name roles that she may hold no more. She signs in again for others."""
    live = (Grant.person_id == person_id, Grant.revoked_at.is_(None))
    await tx.execute(update(Grant).where(*live).values(revoked_at=tx.wall, revoked_reason=reason))
    await raise_standing(tx)
