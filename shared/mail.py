"""Letters out, over real SMTP: one at a time, outside of any transaction, and never with anything about a child."""

from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from urllib.parse import unquote, urlsplit

import aiosmtplib
from prometheus_client import Counter

SECONDS = 20.0
ATTEMPTS = Counter("safer_letters_total", "Attempts to send a letter, by how they went.", ["went"])


class NotDelivered(Exception):
    """The letter did not leave, for a reason that may pass; `reason` is a code, without anybody's address."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Undeliverable(NotDelivered):
    """The letter will never leave as it is: sending it again changes nothing."""


@dataclass(frozen=True)
class Letter:
    """What is sent to one address. `id` stays the same when it is sent again, so that a receiver can tell."""

    id: str
    to: str
    subject: str
    text: str
    written_at: datetime
    calendar: str | None = None  # an appointment as iCalendar, beside the text
    method: str = "REQUEST"


async def attempt(letter: Letter, smtp_url: str, sender: str) -> NotDelivered | None:
    """Hand a letter to the mail server, counted; why it did not leave, or None."""
    try:
        await send(letter, smtp_url, sender)
    except NotDelivered as failure:
        ATTEMPTS.labels(failure.reason).inc()
        return failure
    ATTEMPTS.labels("well").inc()
    return None


async def send(letter: Letter, smtp_url: str, sender: str) -> None:
    """Hand a letter to the mail server. NotDelivered where it may be tried again, Undeliverable where not.

    `smtp://` takes TLS where the server offers it, and must have it where the address has a password; `smtps://`
    begins with it.
    """
    server = urlsplit(smtp_url)
    try:
        await aiosmtplib.send(
            _message(letter, sender),
            hostname=server.hostname or "localhost",
            port=server.port,
            username=unquote(server.username) if server.username else None,
            password=unquote(server.password) if server.password else None,
            use_tls=server.scheme == "smtps",
            start_tls=True if server.scheme == "smtp" and server.password else None,
            timeout=SECONDS,
        )
    except aiosmtplib.SMTPRecipientsRefused as refused:
        raise _judged(max(recipient.code for recipient in refused.recipients)) from None
    except aiosmtplib.SMTPDataError as answer:
        raise _judged(answer.code) from None
    except aiosmtplib.SMTPResponseException as answer:  # greeting, log-in, sender: the installation's, to be mended
        raise NotDelivered(f"smtp_{answer.code}") from None
    except (aiosmtplib.SMTPException, OSError) as failure:
        raise NotDelivered(_snake(type(failure).__name__)) from None


def _message(letter: Letter, sender: str) -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    try:
        message["From"], message["To"], message["Subject"] = sender, letter.to, letter.subject
        message["Date"] = format_datetime(letter.written_at)
        message["Message-ID"] = f"<{letter.id}@{sender.rpartition('@')[2].rstrip('>') or 'localhost'}>"
        message["Auto-Submitted"] = "auto-generated"
        message["X-Auto-Response-Suppress"] = "All"
        message.set_content(letter.text)
        if letter.calendar:
            message.add_alternative(letter.calendar, subtype="calendar", params={"method": letter.method})
    except (ValueError, IndexError):  # a line break in an address, or no address at all
        raise Undeliverable("bad_address") from None
    return message


def _judged(code: int) -> NotDelivered:
    """What the mail server's reply about this one letter means: 5xx is final."""
    return Undeliverable(f"smtp_{code}") if code >= 500 else NotDelivered(f"smtp_{code}")


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name.replace("SMTP", "")).strip(
        "_"
    )
