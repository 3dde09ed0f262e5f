"""An invitation goes by a letter, over real SMTP, to the one person who may use it, and to nobody else."""

import asyncio
import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import func, select, update

from services.gateway.models import InvitationLetter, Person
from services.gateway.post import ERRANDS
from shared import errands
from shared.now import wall
from tests.post_office import PostOffice, post_office
from tests.postgres import OwnDatabase
from tests.service.gateway.sandbox import LEAD, Sandbox, sandbox

pytestmark = pytest.mark.anyio

SAM = {
    "agency_id": "cheshire-constabulary",
    "name": "Sam Sample",
    "email": "sam@police.example",
    "role": "practitioner",
}


@pytest.fixture
async def office() -> AsyncIterator[PostOffice]:
    """A mail server."""
    async with post_office() as office:
        yield office


@pytest.fixture
async def box(database: OwnDatabase, office: PostOffice) -> AsyncIterator[Sandbox]:
    """A sandbox whose letters leave by it."""
    smtp: dict[str, Any] = {"smtp_url": f"smtp://127.0.0.1:{office.port}", "mail_from": "safer@partnership.example"}
    async with sandbox(database, **smtp) as started:
        yield started


@pytest.fixture
async def lead(box: Sandbox) -> dict[str, str]:
    """The header of a lead of the police."""
    async with box.browser() as browser:
        tokens = await browser.tokens(LEAD, scope="gateway.read gateway.write")
    return {"authorization": f"Bearer {tokens['access_token']}"}


async def called(box: Sandbox, lead: dict[str, str], path: str, **body: Any) -> dict[str, Any]:
    answer = await box.running.http.post(f"/gateway/v1{path}", json=body, headers=lead)
    assert answer.is_success, answer.text
    shown: dict[str, Any] = answer.json()
    return shown


async def attempted(box: Sandbox) -> Any:
    """The letter's row, once it has been tried."""
    gateway = box.running.gateway
    while True:
        for errand in ERRANDS:
            await errands.run(gateway.database, gateway.settings, errand)
        async with gateway.database.reading() as tx:
            row = await tx.row(select(*InvitationLetter.__table__.c))
        if row and (row.sent_at or row.failure):
            return row
        await asyncio.sleep(0.05)


def address_in(office: PostOffice, box: Sandbox) -> str:
    found = re.search(rf"^{box.url}(/set-up\?invitation=\S+)\s*$", office.letters[-1].get_content(), re.MULTILINE)
    assert found, office.letters[-1].get_content()
    return found[1]


async def test_the_letter_brings_the_address_and_the_answer_does_not(
    box: Sandbox, office: PostOffice, lead: dict[str, str]
) -> None:
    made = await called(box, lead, "/people", **SAM)
    assert made["set_up_url"] is None, "what the lead does not see she cannot use"
    row = await attempted(box)
    (letter,) = office.letters
    assert (letter["To"], letter["Subject"]) == (SAM["email"], "Set up your account")
    assert letter.get_content().replace("\r", "").startswith("Sam Sample,\n\ncheshire-constabulary has an account")
    assert row.sealed is None, "what has left is kept nowhere"
    async with box.browser() as browser:
        assert (await browser.http.get(address_in(office, box))).status_code == 200
    read = await box.running.http.get(f"/gateway/v1/people/{made['person_id']}", headers=lead)
    assert read.json()["invitation_sent_at"]


async def test_a_reset_sends_another_and_voids_the_first(
    box: Sandbox, office: PostOffice, lead: dict[str, str]
) -> None:
    made = await called(box, lead, "/people", **SAM)
    await attempted(box)
    first = address_in(office, box)
    assert (await called(box, lead, f"/people/{made['person_id']}/reset"))["set_up_url"] is None
    await attempted(box)
    second = address_in(office, box)
    assert office.letters[0]["Message-ID"] != office.letters[1]["Message-ID"]
    async with box.browser() as browser:
        assert [(await browser.http.get(path)).status_code for path in (first, second)] == [410, 200]


async def test_a_letter_that_is_refused_is_told_and_one_that_may_pass_is_tried_again(
    box: Sandbox, office: PostOffice, lead: dict[str, str]
) -> None:
    office.answers = lambda address: "450 later"
    made = await called(box, lead, "/people", **SAM)
    row = await attempted(box)
    assert (row.failure, row.sealed is None) == ("smtp_450", False)
    assert row.attempt_at > wall()
    office.answers = lambda address: "550 nobody here"
    await box.running.write(update(InvitationLetter).values(attempt_at=wall(), failure=None))
    row = await attempted(box)
    assert (row.failure, row.attempt_at, row.sealed) == ("smtp_550", None, None)
    read = (await box.running.http.get(f"/gateway/v1/people/{made['person_id']}", headers=lead)).json()
    assert (read["invitation_failure"], read["invitation_sent_at"]) == ("smtp_550", None)
    assert not office.letters


async def test_an_invitation_that_is_void_is_not_sent(box: Sandbox, office: PostOffice, lead: dict[str, str]) -> None:
    office.answers = lambda address: "450 later"
    await called(box, lead, "/people", **SAM)
    await attempted(box)
    office.answers = lambda address: "250 OK"
    gateway = box.running.gateway
    for void in ({"suspended_at": wall()}, {"suspended_at": None, "invitation_expires_at": wall()}):
        await box.running.write(update(Person).where(Person.email == SAM["email"]).values(**void))
        await box.running.write(update(InvitationLetter).values(attempt_at=wall()))
        assert await errands.run(gateway.database, gateway.settings, ERRANDS[0]) == 0
    assert not office.letters


async def test_without_a_mail_server_the_lead_hands_it_over(database: OwnDatabase) -> None:
    async with sandbox(database) as box, box.browser() as browser:
        tokens = await browser.tokens(LEAD, scope="gateway.read gateway.write")
        made = await called(box, {"authorization": f"Bearer {tokens['access_token']}"}, "/people", **SAM)
        assert (await browser.http.get(made["set_up_url"])).status_code == 200
        assert await box.running.value(select(func.count()).select_from(InvitationLetter)) == 0
