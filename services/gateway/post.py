"""Takes invitations to the mail server, each to the one person who may use it."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, select, update

from services.gateway.models import Agency, InvitationLetter, Person
from services.gateway.people.commands import set_up_address
from shared import mail
from shared.db import Tx
from shared.errands import Errand
from shared.mail import NotDelivered, Undeliverable
from shared.settings import Settings
from shared.vault import Vault

BATCH = 20
LEASE = timedelta(minutes=5)
FIRST_RETRY, LONGEST_RETRY = timedelta(minutes=1), timedelta(hours=4)
SUBJECT = "Set up your account"
TEXT = """{name},

{agency} has an account for you in the suite of the safeguarding children partnership. Set it up here:

{address}

You choose a password, and tie an authenticator app on your phone to the account. The address works once, until
{until:%d %B %Y}, and is for you alone: do not pass this letter on. If you did not expect it, leave it; nothing happens then.
"""


async def take(tx: Tx, settings: Settings) -> Sequence[Row[Any]]:
    """Some letters that are due, leased; none where no mail server is set. An invitation that is void is not sent."""
    if not settings.smtp_url:
        return ()
    stands = (Person.invitation_expires_at > tx.wall, Person.suspended_at.is_(None))
    due = (
        select(InvitationLetter, Person.name, Person.email, Person.invitation_expires_at, Agency.name.label("agency"))
        .join(Person, Person.person_id == InvitationLetter.person_id)
        .join(Agency, Agency.agency_id == Person.agency_id)
        .where(InvitationLetter.attempt_at <= tx.wall, *stands)
        .order_by(InvitationLetter.attempt_at)
        .limit(BATCH)
        .with_for_update(of=InvitationLetter, skip_locked=True)
    )
    rows = await tx.rows(due)
    taken = update(InvitationLetter).where(InvitationLetter.person_id.in_([row.person_id for row in rows]))
    await tx.execute(taken.values(attempts=InvitationLetter.attempts + 1, attempt_at=tx.wall + LEASE))
    return rows


async def send(row: Row[Any], settings: Settings) -> NotDelivered | None:
    """Send one letter; why it did not leave, or None."""
    secret = Vault(*settings.seal_keys).open(row.sealed, str(row.person_id)).decode()
    address = set_up_address(settings.public_url, secret)
    text = TEXT.format(name=row.name, agency=row.agency, address=address, until=row.invitation_expires_at)
    # The same id each time that this invitation is sent, and another for the next invitation.
    letter_id = f"{row.person_id}.{row.queued_at:%Y%m%d%H%M%S%f}"
    letter = mail.Letter(letter_id, row.email, SUBJECT, text, row.queued_at)
    return await mail.attempt(letter, settings.smtp_url, settings.mail_from)


async def report(tx: Tx, row: Row[Any], failure: NotDelivered | None) -> None:
    """Note that it left, and forget its secret; or why not, and when it is tried again."""
    values: dict[str, Any] = {"sealed": None, "attempt_at": None, "failure": failure.reason if failure else None}
    if failure is None:
        values["sent_at"] = tx.wall
    elif not isinstance(failure, Undeliverable):
        later = min(FIRST_RETRY * 2 ** min(row.attempts, 10), LONGEST_RETRY)
        values |= {"sealed": row.sealed, "attempt_at": tx.wall + later}
    # The queuing tells this letter from one that has taken its place meanwhile.
    same = (InvitationLetter.person_id == row.person_id, InvitationLetter.queued_at == row.queued_at)
    await tx.execute(update(InvitationLetter).where(*same).values(values))


ERRANDS = (Errand("invitations", timedelta(seconds=2), take, send, report),)
