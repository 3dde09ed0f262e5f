"""A real mail server of the test's own, and people whom agencies name as their contacts."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any
from uuid import uuid4

from aiosmtpd.smtp import SMTP, Envelope, Session
from sqlalchemy import select, update

from services.escalations.letters.models import Letter
from services.escalations.post import ERRANDS
from services.escalations.register import commands as register
from shared import errands
from shared.contracts.governance import Absence, ContactNamed, DelegationGranted, Hours
from shared.settings import Settings
from tests.service.escalations.running import Running

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

    def settings(self, settings: Settings) -> Settings:
        """The settings with this as the mail server."""
        return replace(settings, smtp_url=f"smtp://127.0.0.1:{self.port}", mail_from="safer@partnership.example")


@asynccontextmanager
async def post_office() -> AsyncIterator[PostOffice]:
    """A mail server, listening on a port that was free."""
    import asyncio

    office = PostOffice()
    server = await asyncio.get_running_loop().create_server(lambda: SMTP(office), "127.0.0.1", 0)
    office.port = server.sockets[0].getsockname()[1]
    try:
        yield office
    finally:
        server.close()
        await server.wait_closed()


async def delivered(suite: Running, office: PostOffice) -> list[EmailMessage]:
    """What came since the last time, once everything that is due has been sent."""
    before = len(office.letters)
    for errand in ERRANDS:
        await errands.run(suite.runtime.database, office.settings(suite.runtime.settings), errand)
    return office.letters[before:]


async def names(suite: Running, agency: tuple[str, Any], purpose: str = "single_point_of_contact", **more: Any) -> str:
    """An agency names a contact; the contact's address."""
    email = more.pop("email", f"{purpose.replace('_', '-')}@{agency[0]}.example")
    event = ContactNamed(
        subject=str(more.pop("subject", uuid4())),
        agency_id=agency[0],
        purpose=purpose,
        name="Sam Madeup",
        post=None,
        person_id=None,
        email=email,
        telephone="01632 960000",
        working_hours=more.pop("hours", () if purpose == "out_of_hours" else OFFICE_HOURS),
        absences=tuple(Absence(starts_on=first, ends_on=last) for first, last in more.pop("away", ())),
    )
    assert not more
    async with suite.runtime.database.transaction() as tx:
        await register.name_contact(tx, event)
    return str(email)


async def delegates(
    suite: Running, to: tuple[str, Any], of: tuple[str, Any], purpose: str, from_seniority: str | None = None
) -> None:
    """An agency lets another act for it, from now on."""
    event = DelegationGranted(
        subject=str(uuid4()),
        agency_id=to[0],
        for_agency_id=of[0],
        purpose=purpose,
        from_seniority=from_seniority,
        starts_on=date(2026, 9, 1),
        ends_on=None,
    )
    async with suite.runtime.database.transaction() as tx:
        await register.delegate(tx, event)


async def written(suite: Running) -> list[Any]:
    """Every letter's row, in the order of writing."""
    async with suite.runtime.database.reading() as tx:
        return list(await tx.rows(select(*Letter.__table__.c).order_by(Letter.id)))


async def due_now(suite: Running, **facts: Any) -> None:
    """Let real time pass for the letters that wait."""
    async with suite.runtime.database.transaction() as tx:
        waiting = update(Letter).where(Letter.attempt_at.is_not(None))
        await tx.execute(waiting.values(attempt_at=tx.wall, **facts))
