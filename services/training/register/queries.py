"""Whom a link in a letter stands for."""

from services.training.register.models import SUSPENSIONS
from shared.db import Tx
from shared.problems import Conflict


class LinkRests(Conflict):
    """Who came by the link is not let in now; the same link works again when she is."""

    code = "link_rests"
    title = "This link cannot be used now"
    cure = "Ask your safeguarding lead, or whoever runs the training."


async def must_be_let_in(tx: Tx, agency_id: str, subject: str | None) -> None:
    """LinkRests where a delegate or her agency is suspended."""
    if await SUSPENSIONS.any_of(tx, agency_id, subject):
        raise LinkRests("What was booked or asked stands.")
