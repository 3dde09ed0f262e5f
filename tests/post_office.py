"""A real mail server of a test's own, and people whom agencies name as their contacts."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any
from uuid import uuid4

from aiosmtpd.smtp import SMTP, Envelope, Session

from shared.contracts.governance import Absence, ContactNamed, Hours
from shared.settings import Settings

ANY_DAY = ("monday", "tuesday", "wednesday", "thursday", "friday")
OFFICE_HOURS = tuple(Hours(weekday=day, opens="09:00", closes="17:00") for day in ANY_DAY)


@dataclass
class PostOffice:
    """Takes letters, or answers what `answers` says for an address."""

    letters: list[EmailMessage] = field(default_factory=list)
    answers: Callable[[str], str] = lambda address: "250 OK"
    port: int = 0

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take or refuse a recipient."""
        answer = self.answers(address)
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Take a letter."""
        assert isinstance(envelope.content, bytes)
        letter = message_from_bytes(envelope.content, policy=default)
        assert isinstance(letter, EmailMessage)
        assert envelope.rcpt_tos == [letter["To"]]
        self.letters.append(letter)
        return "250 OK"

    @property
    def to(self) -> list[str]:
        """To whom letters came, in order of address."""
        return sorted(str(letter["To"]) for letter in self.letters)

    @property
    def texts(self) -> list[str]:
        """What the letters say, in the order in which they came; an invitation has a calendar beside it."""
        plain = [letter.get_body(("plain",)) for letter in self.letters]
        return [str(body.get_content()) for body in plain if body]

    def settings(self, settings: Settings) -> Settings:
        """The settings with this as the mail server."""
        return replace(settings, smtp_url=f"smtp://127.0.0.1:{self.port}", mail_from="safer@partnership.example")


@asynccontextmanager
async def post_office() -> AsyncIterator[PostOffice]:
    """A mail server, listening on a port that was free."""
    office = PostOffice()
    server = await asyncio.get_running_loop().create_server(lambda: SMTP(office), "127.0.0.1", 0)
    office.port = server.sockets[0].getsockname()[1]
    try:
        yield office
    finally:
        server.close()
        await server.wait_closed()


def contact_named(agency_id: str, purpose: str = "single_point_of_contact", **more: Any) -> ContactNamed:
    """An agency names a contact."""
    event = ContactNamed(
        subject=str(more.pop("subject", uuid4())),
        agency_id=agency_id,
        purpose=purpose,
        name="Sam Madeup",
        post=None,
        person_id=more.pop("person_id", None),
        email=more.pop("email", f"{purpose.replace('_', '-')}@{agency_id}.example"),
        telephone="01632 960000",
        working_hours=more.pop("hours", () if purpose == "out_of_hours" else OFFICE_HOURS),
        absences=tuple(Absence(starts_on=first, ends_on=last) for first, last in more.pop("away", ())),
    )
    assert not more
    return event
