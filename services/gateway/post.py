"""Takes invitations to the mail server, each to the one person who may use it."""

from typing import Any

from sqlalchemy import Row, bindparam, select

from services.gateway.models import Agency, InvitationLetter, Person
from services.gateway.people.commands import set_up_address
from shared import mail
from shared.errands import Errand
from shared.settings import Settings
from shared.vault import Vault

SUBJECT = "Set up your account"
TEXT = """{name},

{agency} has an account for you in the suite of the safeguarding children partnership. Set it up here:

{address}

You choose a password, and tie an authenticator app on your phone to the account. The address works once, until
{until:%d %B %Y}, and is for you alone: do not pass this letter on. If you did not expect it, leave it; nothing happens then.
"""


STANDING = (
    select(
        *InvitationLetter.__table__.c,
        Person.name,
        Person.email,
        Person.invitation_expires_at,
        Agency.name.label("agency"),
    )
    .join(Person, Person.person_id == InvitationLetter.person_id)
    .join(Agency, Agency.agency_id == Person.agency_id)
    .where(Person.invitation_expires_at > bindparam("wall"), Person.suspended_at.is_(None))
)
"""An invitation that is void is not sent."""


def written(row: Row[Any], settings: Settings) -> mail.Letter:
    """What one row is as a letter."""
    secret = Vault(*settings.seal_keys).open(row.sealed, str(row.person_id)).decode()
    address = set_up_address(settings.public_url, secret)
    text = TEXT.format(name=row.name, agency=row.agency, address=address, until=row.invitation_expires_at)
    # The same id each time that this invitation is sent, and another for the next invitation.
    letter_id = f"{row.person_id}.{row.queued_at:%Y%m%d%H%M%S%f}"
    return mail.Letter(letter_id, row.email, SUBJECT, text, row.queued_at)


ERRANDS = (Errand(InvitationLetter, written, STANDING, {"sealed": None}),)
