"""Passwords and one-time codes: checked slowly, compared evenly, and each code counted once."""

import asyncio
import hmac
import re
from datetime import datetime

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from sqlalchemy import Row, case, func, literal, or_, update

from services.gateway.models import Person
from shared.db import Tx
from shared.vault import Vault

STEP_SECONDS = 30
DRIFT_STEPS = 1
FREE_ATTEMPTS = 7
FIRST_LOCK_SECONDS = 60
LONGEST_LOCK_DOUBLINGS = 6  # 64 minutes
SHORTEST_PASSWORD, LONGEST_PASSWORD, FEWEST_DIFFERENT = 12, 200, 6
CODE = re.compile(r"[0-9]{6}")

_hasher = PasswordHasher()  # Argon2id by RFC 9106's second recommendation: 64 MiB, three passes
_at_once = asyncio.Semaphore(2)  # each takes 64 MiB and a core for a tenth of a second
MOST_WAITING = 40
QUEUE = asyncio.Semaphore(MOST_WAITING)
"""Passwords under way, for whoever checks one. Anybody can send some, and who waits takes a place at the gateway."""
_NOBODYS = "$argon2id$v=19$m=65536,t=3,p=4$b6+xIjMA37tCK3l26jE4ww$rzAu4BLWrZDxGYdXGv8dIREC4d48Ohkf3YCpVPnE46Q"


async def hashed_aside(password: str) -> str:
    """A password as it is kept, computed beside the event loop, a few at once."""
    async with _at_once:
        return await asyncio.to_thread(_hasher.hash, password)


def weakness(password: str, email: str) -> str | None:
    """What is wrong with a new password, in words; None where nothing is. Length counts, not strange characters."""
    if len(password) < SHORTEST_PASSWORD:
        return f"Your password must be at least {SHORTEST_PASSWORD} characters long; three words of your own do well."
    if len(password) > LONGEST_PASSWORD:
        return f"Your password must be at most {LONGEST_PASSWORD} characters long."
    if len(set(password.lower())) < FEWEST_DIFFERENT:
        return "Your password repeats too few characters; choose three words of your own."
    if email.partition("@")[0].lower() in password.lower():
        return "Your password must not hold your email address."
    return None


async def matches(password: str, kept: str | None) -> bool:
    """Whether the password is the one kept; takes as long where there is none."""
    async with _at_once:
        return await asyncio.to_thread(_matches, password, kept)


def _matches(password: str, kept: str | None) -> bool:
    try:
        return _hasher.verify(kept or _NOBODYS, password[:LONGEST_PASSWORD]) and kept is not None
    except (Argon2Error, InvalidHashError):
        return False


async def attempt(tx: Tx, email: str) -> Row[tuple[Person]] | None:
    """The account of an email address, one attempt counted; None where there is none, or it is closed for a while.

    Counted before anything is compared, so that a hundred at once are a hundred; a right code forgives them all. From the
    seventh on, the account is closed for a minute, then two, four … to an hour.
    """
    over = func.least(Person.failures + 1 - FREE_ATTEMPTS, LONGEST_LOCK_DOUBLINGS)
    locked_until = literal(tx.wall) + func.make_interval(0, 0, 0, 0, 0, 0, FIRST_LOCK_SECONDS * func.power(2, over))
    statement = (
        update(Person)
        .where(func.lower(Person.email) == email.lower(), Person.suspended_at.is_(None))
        .where(Person.invitation_hash.is_(None))
        .where(or_(Person.locked_until.is_(None), Person.locked_until <= tx.wall))
        .values(
            failures=Person.failures + 1,
            locked_until=case((Person.failures + 1 >= FREE_ATTEMPTS, locked_until), else_=None),
        )
        .returning(Person)
    )
    return await tx.row(statement)


def step_of(secret: str, code: str, at: datetime) -> int | None:
    """The 30-second step whose code this is, one before or after included; None where it is none of them."""
    code = code.replace(" ", "")
    if not CODE.fullmatch(code):
        return None
    totp, now = pyotp.TOTP(secret), int(at.timestamp()) // STEP_SECONDS
    steps = range(now - DRIFT_STEPS, now + DRIFT_STEPS + 1)
    right = [step for step in steps if hmac.compare_digest(totp.at(step * STEP_SECONDS), code)]
    return right[0] if right else None


async def use_code(tx: Tx, person: Row[tuple[Person]], code: str, vault: Vault) -> bool:
    """Whether the code is right and has not been used; using it forgives earlier failures."""
    if person.totp_sealed is None:
        return False
    step = step_of(vault.open(person.totp_sealed, str(person.person_id)).decode(), code, tx.wall)
    if step is None:
        return False
    statement = update(Person).where(Person.person_id == person.person_id, Person.totp_step < step)
    return bool((await tx.execute(statement.values(totp_step=step, failures=0, locked_until=None))).rowcount)
