"""Takes the letters that ask for an evaluation, and invitations, to the mail server, when nothing about the session is locked any more."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Row

from services.training.calendars.commands import INVITATIONS
from services.training.evaluation_links import commands as evaluations
from services.training.evaluation_links.domain import Facts, token, worded
from services.training.evaluations.domain import Audience, Moment
from shared import mail
from shared.db import Tx
from shared.errands import Errand
from shared.invitations.post import errand
from shared.mail import NotDelivered, Undeliverable
from shared.settings import Settings


async def take(tx: Tx, settings: Settings) -> Sequence[Row[Any]]:
    """The letters that are due; none where no mail server is set, for then they are kept."""
    return await evaluations.take(tx) if settings.smtp_url else ()


async def send(row: Row[Any], settings: Settings) -> NotDelivered | None:
    """Send one; why it did not leave, or None."""
    audience = Audience(row.audience)
    facts = Facts(
        moment=Moment(row.moment),
        audience=audience,
        course=row.course_title,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        delegate=row.delegate_name,
        due_at=row.due_at,
        reminded=row.reminded,
    )
    subject, text = worded(facts, link_of(row, settings))
    to = row.manager_email if audience is Audience.MANAGER else row.email
    letter = mail.Letter(f"{row.id}-{row.reminded}", to, subject, text, row.queued_at)
    return await mail.attempt(letter, settings.smtp_url, settings.mail_from)


def link_of(row: Row[Any], settings: Settings) -> str:
    """The address at which an evaluation can be answered once."""
    return f"{settings.public_url}/training/v1/evaluation-links/{token(settings.seal_key, row.id)}"


async def report(tx: Tx, row: Row[Any], failure: NotDelivered | None) -> None:
    """Note that it left; or why not, and when it is tried again."""
    if failure is None:
        await evaluations.sent(tx, row)
    else:
        await evaluations.not_sent(tx, row, failure.reason, final=isinstance(failure, Undeliverable))


ERRANDS = (Errand("evaluations", timedelta(seconds=2), take, send, report), errand(INVITATIONS))
