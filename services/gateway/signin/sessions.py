"""A browser's session: a random cookie whose digest is a row; it begins before sign-in and is replaced by it."""

from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, delete, func, insert, select, update
from starlette.requests import Request
from starlette.responses import Response

from services.gateway.authorization.store import KEY, PERSON, first, person_of
from services.gateway.models import Agency, AgencyAccess, Grant, Person, Session
from services.gateway.oauth.context import Person as SignedIn
from services.gateway.oauth.context import digest, new_secret
from services.gateway.oauth.ending import Ending
from services.gateway.standing import raise_standing
from shared.days import today
from shared.db import Tx
from shared.prepared import Prepared

ON_THE_WAY = timedelta(minutes=20)
SIGNED_IN = timedelta(hours=8)
SET_UP, PASSWORD, CODE, DONE = "set_up", "password", "code", "signed_in"

BY_HASH = Prepared(
    select(Session.step, Session.email, Session.person_id).where(
        Session.hash == KEY, Session.expires_at > bindparam("at")
    )
)
WITH_PERSON = Prepared(
    select(Session.authenticated_at, *PERSON)
    .join(Person, Person.person_id == Session.person_id)
    .join(Agency, Agency.agency_id == Person.agency_id)
    .outerjoin(AgencyAccess, AgencyAccess.agency_id == Person.agency_id)
    .where(Session.hash == KEY, Session.expires_at > bindparam("at"), Session.step == DONE)
)


@dataclass(frozen=True, slots=True)
class Visit:
    """A browser on its way to being signed in, or signed in."""

    secret: str
    step: str
    email: str
    person_id: UUID | None = None

    @property
    def csrf(self) -> str:
        """What its forms send back."""
        return csrf_of(self.secret)


def csrf_of(secret: str) -> str:
    """What a browser's forms must send back: nobody else can know it, and it betrays nothing of the cookie."""
    return urlsafe_b64encode(sha256(f"form {secret}".encode()).digest()).decode()


class Cookie:
    """The session's cookie: bound to this host and to TLS wherever there is TLS."""

    def __init__(self, issuer: str) -> None:
        self._secure = issuer.startswith("https://")
        self.name = "__Host-safer" if self._secure else "safer"

    def of(self, request: Request) -> str | None:
        """What the browser sent."""
        value = request.cookies.get(self.name)
        return value if value and len(value) < 100 else None

    def set(self, response: Response, secret: str) -> None:
        """Give the browser its secret; it is forgotten when the browser closes."""
        response.set_cookie(self.name, secret, path="/", secure=self._secure, httponly=True, samesite="lax")

    def clear(self, response: Response) -> None:
        """Take it back."""
        response.delete_cookie(self.name, path="/", secure=self._secure, httponly=True, samesite="lax")


async def visit(tx: Tx, secret: str | None) -> Visit | None:
    """The visit of this cookie, or None."""
    row = await first(tx, BY_HASH, {"key": digest(secret), "at": tx.wall}) if secret else None
    if row is None or secret is None:
        return None
    return Visit(secret, row.step, row.email, row.person_id)


async def signed_in(tx: Tx, secret: str | None) -> SignedIn | None:
    """Who is signed in at this browser, with the roles of today; None also where the account or agency is suspended."""
    if secret is None:
        return None
    row = await first(tx, WITH_PERSON, {"key": digest(secret), "at": tx.wall, "today": today(tx.now)})
    return person_of(row, row.authenticated_at) if row and not row.suspended else None


async def begin(tx: Tx, email: str, instead_of: str, step: str = PASSWORD, person_id: UUID | None = None) -> Visit:
    """A new visit of whoever this address belongs to, under a new secret."""
    await end(tx, instead_of)
    started = Visit(new_secret(), step, email, person_id)
    await tx.execute(insert(Session).values(**_row(started, tx.wall, ON_THE_WAY)))
    return started


async def move(tx: Tx, at: Visit, step: str, **known: Any) -> None:
    """Take a visit a step on, with what is known now."""
    await tx.execute(update(Session).where(Session.hash == digest(at.secret)).values(step=step, **known))


async def complete(tx: Tx, at: Visit) -> Visit:
    """Sign the visit's person in under a new secret: one that was planted before is worth nothing after."""
    await end(tx, at.secret)
    done = Visit(new_secret(), DONE, at.email, at.person_id)
    await tx.execute(insert(Session).values(**_row(done, tx.wall, SIGNED_IN), authenticated_at=tx.wall))
    return done


async def end(tx: Tx, secret: str) -> None:
    """End a session at once."""
    await tx.execute(delete(Session).where(Session.hash == digest(secret)))


async def end_sign_in(tx: Tx, asked: Ending) -> None:
    """End the session of one sign-in wherever its browser is, and what it has allowed this front end: its tokens count no more."""
    at = datetime.fromtimestamp(asked.auth_time, UTC)
    signed_in_then = func.date_trunc("second", Session.authenticated_at) == at
    await tx.execute(delete(Session).where(Session.person_id == asked.person_id, signed_in_then))
    allowed = (Grant.person_id == asked.person_id, Grant.client_id == asked.client_id, Grant.auth_time == at)
    revoked = {"revoked_at": tx.wall, "revoked_reason": "signed_out"}
    await tx.execute(update(Grant).where(*allowed, Grant.revoked_at.is_(None)).values(revoked))
    await raise_standing(tx)


def _row(of: Visit, at: datetime, life: timedelta) -> dict[str, Any]:
    return {
        "hash": digest(of.secret),
        "person_id": of.person_id,
        "email": of.email,
        "step": of.step,
        "started_at": at,
        "expires_at": at + life,
    }
