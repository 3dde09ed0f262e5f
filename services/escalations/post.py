"""Takes the letters that were written to the mail server, when nothing about the matter is locked any more."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row

from services.escalations.letters import commands as letters
from services.escalations.letters.domain import Facts, Occasion, token, worded
from shared import mail
from shared.db import Tx
from shared.errands import Errand
from shared.mail import NotDelivered, Undeliverable
from shared.settings import Settings


async def take(tx: Tx, settings: Settings) -> Sequence[Row[Any]]:
    """The letters that are due; none where no mail server is set, for then they are kept."""
    return await letters.take(tx) if settings.smtp_url else ()


async def send(row: Row[Any], settings: Settings) -> NotDelivered | None:
    """Send one letter; why it did not leave, or None."""
    due_at = datetime.fromisoformat(row.facts["due_at"]) if row.facts["due_at"] else None
    subject, text = worded(Occasion(row.occasion), Facts(**row.facts | {"due_at": due_at}), link_of(row, settings))
    letter = mail.Letter(str(row.id), row.address, subject, text, row.queued_at)
    return await mail.attempt(letter, settings.smtp_url, settings.mail_from)


def link_of(row: Row[Any], settings: Settings) -> str | None:
    """The address at which the letter can be answered once, or None where it asks for no answer."""
    if row.link_expires_at is None:
        return None
    return f"{settings.public_url}/escalations/v1/links/{token(settings.seal_key, row.id)}"


async def report(tx: Tx, row: Row[Any], failure: NotDelivered | None) -> None:
    """Note that it left; or why not, and when it is tried again."""
    if failure is None:
        await letters.sent(tx, row.id)
    else:
        await letters.not_sent(tx, row, failure.reason, final=isinstance(failure, Undeliverable))


ERRANDS = (Errand("letters", timedelta(seconds=2), take, send, report),)
