"""The pages on which an invited person chooses a password and ties her authenticator app to her account."""

from typing import Any

import segno
from pyotp import TOTP, random_base32
from sqlalchemy import Row, delete, select, update
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.gateway.models import Person, Session
from services.gateway.oauth.context import digest, new_secret
from services.gateway.pages.rendering import Mistake
from services.gateway.signin import credentials, sessions
from services.gateway.signin.forms import Turn, turn
from shared.db import Tx

ISSUER = "Safer"
GONE = "This invitation has been used, or is older than seven days."


async def password(request: Request) -> Response:
    """First page: a password of one's own."""
    at = await turn(request)
    async with at.gateway.database.reading() as tx:
        person = await _invited(tx, request.query_params.get("invitation", ""))
    if person is None:
        return _gone(at)
    chosen, mistakes = at.fields.get("password", ""), []
    if at.own_form:
        wrong = credentials.weakness(chosen, person.email)
        if wrong is None:
            return await _kept(at, person, chosen)
        mistakes.append(Mistake("password", wrong))
    secret = at.secret or new_secret()
    answer = at.page(
        "set_up_password.html",
        mistakes=mistakes,
        status=422 if mistakes else 200,
        csrf=sessions.csrf_of(secret),
        name=person.name,
        email=person.email,
    )
    at.cookie.set(answer, secret)
    return answer


async def authenticator(request: Request) -> Response:
    """Second page: the authenticator app shows its first code, and the account is ready."""
    at = await turn(request)
    mistakes = []
    async with at.gateway.database.transaction() as tx:
        visit = await at.visit(tx)
        if visit is None or visit.step != sessions.SET_UP:
            return at.to("/set-up")
        person = await tx.row(select(*Person.__table__.c).where(Person.person_id == visit.person_id, *_open(tx)))
        if person is None:  # set up meanwhile, in another browser: its secret is nobody else's to see
            return at.to("/set-up")
        secret = at.gateway.vault.open(person.totp_sealed, str(person.person_id)).decode()
        if request.method == "POST":
            if await credentials.use_code(tx, person, at.fields.get("code", ""), at.gateway.vault):
                ready = {"invitation_hash": None, "invitation_expires_at": None}
                await tx.execute(update(Person).where(Person.person_id == person.person_id).values(ready))
                await sessions.end(tx, visit.secret)
                return at.page("set_up_done.html")
            mistakes.append(
                Mistake("code", "The code is not right. Check the clock of your phone, and enter the next one.")
            )
    address = TOTP(secret).provisioning_uri(name=person.email, issuer_name=ISSUER)
    return at.page(
        "set_up_authenticator.html",
        mistakes=mistakes,
        status=422 if mistakes else 200,
        csrf=visit.csrf,
        qr=segno.make(address).svg_data_uri(scale=4),
        secret=_grouped(secret),
    )


async def _invited(tx: Tx, secret: str) -> Row[tuple[Person]] | None:
    return await tx.row(select(*Person.__table__.c).where(Person.invitation_hash == digest(secret), *_open(tx)))


def _open(tx: Tx) -> tuple[Any, ...]:
    """What holds of an account that is still to be set up."""
    return Person.invitation_expires_at > tx.wall, Person.suspended_at.is_(None)


async def _kept(at: Turn, person: Row[tuple[Person]], chosen: str) -> Response:
    """Keep the password and a fresh authenticator secret; neither opens anything before the invitation is used up.

    Whoever else has begun with the same invitation begins again, and never sees this secret.
    """
    kept = await credentials.hashed_aside(chosen)
    sealed = at.gateway.vault.seal(random_base32().encode(), str(person.person_id))
    async with at.gateway.database.transaction() as tx:
        values = {"password_hash": kept, "totp_sealed": sealed, "totp_step": 0}
        invited = (Person.invitation_hash == person.invitation_hash, *_open(tx))
        if not (await tx.execute(update(Person).where(*invited).values(values))).rowcount:
            return _gone(at)
        await tx.execute(delete(Session).where(Session.person_id == person.person_id))
        begun = await sessions.begin(tx, person.email, at.secret or "", sessions.SET_UP, person.person_id)
    answer = at.to("/set-up/authenticator")
    at.cookie.set(answer, begun.secret)
    return answer


def _gone(at: Turn) -> Response:
    cure = "Ask whoever invited you to reset your account and send you a new one."
    return at.page("problem.html", status=410, title="You cannot set up an account here", detail=GONE, cure=cure)


def _grouped(secret: str) -> str:
    return " ".join(secret[i : i + 4] for i in range(0, len(secret), 4))


ROUTES = [
    Route("/set-up", password, methods=["GET", "POST"]),
    Route("/set-up/authenticator", authenticator, methods=["GET", "POST"]),
]
