"""Acknowledges or answers in a contact's name, and uses the link up with it."""

from typing import Any

from sqlalchemy import Row, update

from services.escalations.escalations.commands import By
from services.escalations.escalations.domain import OverrunReason
from services.escalations.escalations.queries import locked
from services.escalations.ladders.queries import ladder
from services.escalations.letters.commands import follow_up
from services.escalations.letters.models import Letter
from services.escalations.links import queries
from services.escalations.links.domain import ByLink, LinkUsed, may_use, must_be_able
from services.escalations.responses import commands as responses
from services.escalations.rulebook import CALENDAR
from shared.db import Tx
from shared.etag import etag
from shared.policy import Principal, Reach, Seniority
from shared.problems import FieldError


async def use(
    tx: Tx,
    letter: Row[Any],
    principal: Principal,
    reach: Reach,
    do: ByLink,
    *,
    text: str,
    seniority: Seniority | None,
    overrun_reason: OverrunReason | None,
    doubts: tuple[FieldError, ...],
) -> None:
    """Do what the contact asks for, once. LinkUsed, LinkExpired or LinkOvertaken where the link can do nothing now.

    The matter is locked first, as by every other move, so that of two who use one link the second finds it used.
    """
    row = await locked(tx, letter.escalation_id)
    letter = await queries.letter(tx, letter.id)
    must_be_able(do, may_use(queries.link_from(letter), queries.standing_from(row), tx.wall))
    used = update(Letter).where(Letter.id == letter.id, Letter.link_used_at.is_(None))
    if not (await tx.execute(used.values(link_used_at=tx.wall, link_used_to=do))).rowcount:
        raise LinkUsed("This link works once, and it has been used.")
    by = By(principal, reach, seniority, etag(row.version), doubts)
    if do is ByLink.ACKNOWLEDGE:
        await responses.acknowledge(tx, by, row.id, CALENDAR)
        steps = await ladder(tx, row.ladder_code, row.ladder_version)
        await follow_up(tx, dict(row._mapping), letter.contact_id, steps)
    else:
        await responses.respond(tx, by, row.id, CALENDAR, text=text, overrun_reason=overrun_reason)
