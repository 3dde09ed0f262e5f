"""Takes invitations and letters to the mail server, when nothing about the meeting is locked any more."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Row

from services.governance.invitations import commands as invitations
from services.governance.invitations.domain import Summons, worded
from services.governance.letters.commands import POST
from shared import appointments, mail
from shared.appointments import Appointment
from shared.db import Tx
from shared.errands import Errand
from shared.mail import NotDelivered, Undeliverable
from shared.settings import Settings


async def take(tx: Tx, settings: Settings) -> Sequence[Row[Any]]:
    """The invitations that are due; none where no mail server is set, for then they are kept."""
    return await invitations.take(tx) if settings.smtp_url else ()


async def send(row: Row[Any], settings: Settings) -> NotDelivered | None:
    """Send one; why it did not leave, or None."""
    summons = Summons.of(row.summons)
    subject, text = worded(summons)
    appointment = Appointment(
        uid=summons.uid,
        sequence=summons.sequence,
        starts_at=summons.starts_at,
        ends_at=summons.ends_at,
        title=summons.title,
        place=summons.place,
        link=summons.link,
        text=text,
        cancelled=summons.cancelled,
    )
    calendar = appointments.written(
        appointment, organiser=settings.mail_from, address=row.address, name=row.person_name, at=row.queued_at
    )
    letter = mail.Letter(str(row.id), row.address, subject, text, row.queued_at, calendar, appointment.method)
    return await mail.attempt(letter, settings.smtp_url, settings.mail_from)


async def report(tx: Tx, row: Row[Any], failure: NotDelivered | None) -> None:
    """Note that it left; or why not, and when it is tried again."""
    if failure is None:
        await invitations.sent(tx, row.id)
    else:
        await invitations.not_sent(tx, row, failure.reason, final=isinstance(failure, Undeliverable))


ERRANDS = (Errand("invitations", timedelta(seconds=2), take, send, report), POST.errand())
