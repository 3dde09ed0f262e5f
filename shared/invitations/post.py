"""Takes the letters of invitations to the mail server, when nothing of what they are about is locked any more."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import Row

from shared import appointments, mail
from shared.appointments import Appointment, Noted
from shared.db import Tx
from shared.errands import Errand
from shared.invitations.commands import Invitations
from shared.invitations.domain import Occasion, Summons
from shared.mail import NotDelivered, Undeliverable
from shared.settings import Settings


def errand(invitations: Invitations) -> Errand[NotDelivered | None]:
    """The letters of a service's invitations on their way."""

    async def take(tx: Tx, settings: Settings) -> Sequence[Row[Any]]:
        return await invitations.take(tx) if settings.smtp_url else ()

    async def send(row: Row[Any], settings: Settings) -> NotDelivered | None:
        subject, text = invitations.wording.of(Summons.of(row.summons), Occasion(row.occasion))
        letter = mail.Letter(str(row.id), row.address, subject, text, row.queued_at)
        if row.occasion == Occasion.INVITATION:
            one = appointment(row, text)
            said = appointments.written(
                one, organiser=settings.mail_from, address=row.address, name=row.person_name, at=row.queued_at
            )
            letter = mail.Letter(str(row.id), row.address, subject, text, row.queued_at, said, one.method)
        return await mail.attempt(letter, settings.smtp_url, settings.mail_from)

    async def report(tx: Tx, row: Row[Any], failure: NotDelivered | None) -> None:
        if failure is None:
            await invitations.sent(tx, row.id)
        else:
            await invitations.not_sent(tx, row, failure.reason, final=isinstance(failure, Undeliverable))

    return Errand("invitations", timedelta(seconds=2), take, send, report)


def noted(row: Row[Any]) -> Noted:
    """What a letter has brought as it stands in her feed: under another UID, for it is by the secret one that she answers."""
    one = appointment(row)
    uid = f"{hashlib.sha256(one.uid.encode()).hexdigest()[:40]}@feed.safer"
    return Noted(replace(one, uid=uid), row.queued_at)


def appointment(row: Row[Any], text: str | None = None) -> Appointment:
    """The appointment that a letter brings."""
    summons = Summons.of(row.summons)
    return Appointment(
        uid=summons.uid,
        sequence=summons.sequence,
        starts_at=summons.starts_at,
        ends_at=summons.ends_at,
        title=summons.title,
        place=summons.place,
        link=summons.link,
        text=text,
        cancelled=summons.cancelled,
        answer=row.answer,
    )
