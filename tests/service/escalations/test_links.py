"""One-time links: acknowledged or answered without an account, once, by the contact, and written down as that."""

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import update

from services.escalations.letters.domain import token
from services.escalations.letters.models import Letter
from services.escalations.register.models import CONTACTS, SUSPENSIONS
from shared.contracts.gateway import AgencySuspended
from shared.policy import Role
from tests.service.escalations.post_office import PostOffice, delegates, delivered, names, post_office, written
from tests.service.escalations.running import COUNCIL, POLICE, SCHOOL, WEDNESDAY_NOON, Running

pytestmark = pytest.mark.anyio

ANSWER = {"do": "respond", "text": "A strategy discussion is at 14:00.", "seniority": "practitioner"}
PAGE = {"accept": "text/html"}


@pytest.fixture
async def office() -> AsyncIterator[PostOffice]:
    """A mail server."""
    async with post_office() as open_:
        yield open_


async def link(suite: Running, office: PostOffice) -> str:
    """The path of the link in the newest letter."""
    letters = await delivered(suite, office)
    found = re.search(r"http://127\.0\.0\.1:8000(/escalations/v1/links/\S+)", letters[-1].get_content())
    assert found
    return found[1]


async def raised(suite: Running, office: PostOffice, **changes: Any) -> tuple[dict[str, Any], str]:
    """A challenge to the council, and its contact's link."""
    await names(suite, COUNCIL, subject="the-contact")
    matter = await suite.person(POLICE).raised(**changes)
    return matter, await link(suite, office)


async def now(suite: Running, matter: dict[str, Any]) -> dict[str, Any]:
    """The matter as the raiser sees it."""
    found: dict[str, Any] = (await suite.person(POLICE).get(f"/escalations/v1/escalations/{matter['id']}")).json()
    return found


async def test_read_without_an_account(suite: Running, office: PostOffice) -> None:
    """Reference, agencies, stage and date; nothing of the child or of what was written; as often as one likes."""
    await names(suite, POLICE)
    matter, path = await raised(suite, office)
    for _ in range(2):
        answer = await suite.client.get(path)
        assert answer.status_code == 200
    shown = answer.json()
    assert shown["reference"] == matter["reference"]
    assert (shown["raising_name"], shown["receiving_name"]) == ("Cheshire Constabulary", "Cheshire East Council")
    assert (shown["may"], shown["telephone"]) == (["acknowledge", "respond"], "01632 960000")
    page = await suite.client.get(path, headers=PAGE)
    child = matter["children"][0]
    for text in (answer.text, page.text):
        secret = (matter["summary"], matter["wanted"], child["pseudonym"], child["child_id"], matter["id"], "strategy")
        assert not [one for one in secret if one in text]


async def test_answered_once(suite: Running, office: PostOffice) -> None:
    """The answer is the contact's, at once and for both sides; the link does nothing more."""
    matter, path = await raised(suite, office)
    answer = await suite.client.post(path, json=ANSWER)
    assert (answer.status_code, answer.json()["did"]) == (200, "respond")
    assert (await now(suite, matter))["status"] == "responded"
    for again in (await suite.client.post(path, json=ANSWER), await suite.client.get(path)):
        assert (again.status_code, again.json()["code"]) == (409, "link_used")
    assert (await suite.outbox())[-1] == "escalation.responded.v1"


async def test_written_down_as_the_contacts(suite: Running, office: PostOffice) -> None:
    """History and access records name the contact and the link, and never the link's secret; a scanner's look too."""
    matter, path = await raised(suite, office)
    scanned = await suite.client.head(path, headers=PAGE)
    assert (scanned.status_code, scanned.headers["content-type"]) == (200, "text/html; charset=utf-8")
    await suite.client.get(path)
    await suite.client.post(path, json=ANSWER)
    await suite.client.post(path, json=ANSWER | {"seniority": "practitioner"})
    history = await suite.history(matter["id"])
    assert [(one.did, one.actor, one.agency_id) for one in history][-1] == (
        "respond",
        "contact/the-contact",
        COUNCIL[0],
    )
    records = [one for one in await suite.access_records() if one.client_id == "one-time-link"]
    assert [(one.action, one.record_id, one.view, one.reason) for one in records] == [
        ("escalations.escalation.read", matter["id"], "anonymised", "one-time-link"),
        ("escalations.escalation.read", matter["id"], "anonymised", "one-time-link"),
        ("escalations.escalation.respond", matter["id"], "anonymised", "one-time-link"),
    ]
    assert path.rsplit("/", 1)[1] not in str(await suite.access_records())


async def test_acknowledged_then_answered(suite: Running, office: PostOffice) -> None:
    """An acknowledgement uses its link up; a letter brings the next, which can only answer."""
    matter, path = await raised(suite, office)
    assert (await suite.client.post(path, json={"do": "acknowledge"})).status_code == 200
    assert (await now(suite, matter))["status"] == "acknowledged"
    following = await link(suite, office)
    assert (await suite.client.get(following)).json()["may"] == ["respond"]
    asked = await suite.client.get(following, headers={"accept": "text/html"})
    assert 'value="respond" checked' in asked.text, "where one thing can be done, it need not be chosen"
    refused = await suite.client.post(following, json={"do": "acknowledge"})
    assert (refused.status_code, refused.json()["errors"][0]["path"]) == (422, "do")
    assert (await suite.client.post(following, json=ANSWER)).status_code == 200


async def test_two_at_once(suite: Running, office: PostOffice) -> None:
    """Of ten who use one link, one does."""
    matter, path = await raised(suite, office)
    answers = await asyncio.gather(*(suite.client.post(path, json=ANSWER) for _ in range(10)))
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 9
    assert [one.did for one in await suite.history(matter["id"])].count("respond") == 1


async def test_a_refused_answer_leaves_the_link(suite: Running, office: PostOffice) -> None:
    """Too junior, unfinished, or naming somebody: said, and the link works still."""
    await delegates(suite, COUNCIL, SCHOOL, "escalation_partner", "team_manager")
    matter, path = await raised(suite, office)
    refused = await suite.client.post(path, json={"do": "respond"})
    assert {error["path"] for error in refused.json()["errors"]} == {"text", "seniority"}
    named = await suite.client.post(path, json=ANSWER | {"text": "Amy Pond was seen."})
    assert (named.status_code, named.json()["code"]) == (422, "seems_to_identify")
    assert (await suite.client.post(path, json=ANSWER | {"do": "close"})).status_code == 422
    assert (await suite.client.post(path, json=ANSWER | {"impact": "safer"})).status_code == 422
    await suite.person(COUNCIL).does(matter, "respond", text="No.", seniority="practitioner")
    await suite.person(POLICE).does(matter, "advance", text="On.", seniority="team_manager")
    second = await link(suite, office)
    junior = await suite.client.post(second, json=ANSWER)
    assert (junior.status_code, junior.json()["code"]) == (403, "not_your_part")
    refusals = [one for one in await suite.access_records() if one.refused == "not_your_part"]
    assert len(refusals) == 1
    assert second.rsplit("/", 1)[1] not in refusals[0].record_id
    assert (await suite.client.post(second, json=ANSWER | {"seniority": "team_manager"})).status_code == 200


async def test_acting_for_another(suite: Running, office: PostOffice) -> None:
    """An escalation partner answers in the name of the agency it acts for, and both are named."""
    await names(suite, COUNCIL, subject="the-partner")
    await delegates(suite, COUNCIL, SCHOOL, "escalation_partner")
    matter = await suite.person(POLICE).raised(receiving_agency_id=SCHOOL[0])
    assert (await suite.client.post(await link(suite, office), json=ANSWER)).status_code == 200
    last = (await suite.history(matter["id"]))[-1]
    assert (last.actor, last.agency_id, last.acting_for) == ("contact/the-partner", COUNCIL[0], SCHOOL[0])


async def test_late_needs_its_reason(suite: Running, office: PostOffice) -> None:
    """As every late answer does."""
    _, path = await raised(suite, office, ladder="sefton-casework")
    await suite.at(WEDNESDAY_NOON + timedelta(days=6))
    late = await suite.client.post(path, json=ANSWER)
    assert late.json()["errors"][0]["path"] == "overrun_reason"
    assert (await suite.client.post(path, json=ANSWER | {"overrun_reason": "workload"})).status_code == 200


@pytest.mark.parametrize("how", ["answered", "advanced", "withdrawn", "passed_on", "removed"])
async def test_overtaken(suite: Running, office: PostOffice, how: str) -> None:
    """When the matter has moved on, or the contact no longer serves, the old link does nothing."""
    matter, path = await raised(suite, office)
    officer, worker = suite.person(POLICE), suite.person(COUNCIL)
    if how == "answered":
        await worker.does(matter, "respond", text="Yes.", seniority="practitioner")
    elif how == "advanced":
        await officer.does(matter, "advance", text="On.", seniority="practitioner")
    elif how == "withdrawn":
        await officer.does(matter, "withdraw", reason="Settled.")
    elif how == "passed_on":
        await worker.does(matter, "pass_on", receiving_agency_id=SCHOOL[0], reason="Theirs.")
    else:
        async with suite.runtime.database.transaction() as tx:
            await CONTACTS.forget_contact(tx, "the-contact")
    before = await now(suite, matter)
    for answer in (await suite.client.get(path), await suite.client.post(path, json=ANSWER)):
        assert (answer.status_code, answer.json()["code"]) == (409, "link_overtaken")
    assert await now(suite, matter) == before


async def test_a_suspended_agencys_links_rest(suite: Running, office: PostOffice) -> None:
    """They are overtaken like those of a contact who serves no more, whatever was told before, and work again as they are."""
    matter, path = await raised(suite, office)
    await suite.suspends(POLICE)
    assert (await suite.client.get(path)).status_code == 200, "whoever raised it is no reason not to answer"
    await suite.suspends(COUNCIL)
    before = await now(suite, matter)
    for answer in (await suite.client.get(path), await suite.client.post(path, json=ANSWER)):
        assert (answer.status_code, answer.json()["code"]) == (409, "link_overtaken")
    assert await now(suite, matter) == before
    await suite.resumes(COUNCIL)
    late = AgencySuspended(subject=COUNCIL[0], agency_id=COUNCIL[0], suspended=True)
    async with suite.runtime.database.transaction() as tx:  # as a dead letter that is brought back
        await SUSPENSIONS.keep(tx, late, tx.now - timedelta(days=1))
    assert (await suite.client.post(path, json=ANSWER)).status_code == 200


async def test_expired_in_real_time(suite: Running, office: PostOffice) -> None:
    """Fourteen days of real time, whatever the sandbox's clock says."""
    _, path = await raised(suite, office, ladder="sefton-casework")
    await suite.at(WEDNESDAY_NOON + timedelta(days=30))
    assert (await suite.client.get(path)).status_code == 200
    async with suite.runtime.database.transaction() as tx:
        await tx.execute(update(Letter).values(link_expires_at=datetime.now(UTC)))
    assert (await suite.client.get(path)).json()["code"] == "link_expired"
    assert (await suite.client.post(path, json=ANSWER)).status_code == 409


async def test_made_up_links(suite: Running, office: PostOffice) -> None:
    """Found out by the signature; after thirty within a minute not even looked at, while real ones work on."""
    _, path = await raised(suite, office)
    base, token = path.rsplit("/", 1)
    changed = f"{base}/{token[:-1]}{'A' if token[-1] != 'A' else 'B'}"
    answers = [await suite.client.get(f"{base}/{'A' * 48}"), await suite.client.post(changed, json=ANSWER)]
    assert {answer.status_code for answer in answers} == {404}
    codes = [(await suite.client.get(changed)).status_code for _ in range(30)]
    assert codes == [404] * 28 + [429] * 2
    assert (await suite.client.get(path)).status_code == 200
    assert not [one for one in await suite.access_records() if one.refused]


async def test_letters_without_a_link_have_none(suite: Running, office: PostOffice) -> None:
    """The id of a letter that asks for no answer, well signed, is no link."""
    await names(suite, POLICE)
    _, path = await raised(suite, office)
    await suite.client.post(path, json=ANSWER)
    told = next(one for one in await written(suite) if one.occasion == "responded")
    signed = token(suite.runtime.settings.seal_key, told.id)
    assert (await suite.client.get(f"/escalations/v1/links/{signed}")).status_code == 404


async def form(suite: Running, path: str, **fields: str) -> httpx.Response:
    """Send the page's form."""
    return await suite.client.post(f"{path}/form", data=fields)


async def test_the_page(suite: Running, office: PostOffice) -> None:
    """It asks, says what is wrong at the field, keeps what was typed, takes the answer, and says so."""
    matter, path = await raised(suite, office)
    page = await suite.client.get(path, headers=PAGE)
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "form-action 'self'" in page.headers["content-security-policy"]
    assert f'action="{path}/form"' in page.text
    assert '<html lang="en-GB">' in page.text
    wrong = await form(suite, path, do="respond", text="Amy Pond <b>was</b> seen.", seniority="practitioner")
    assert wrong.status_code == 422
    assert 'href="#text"' in wrong.text
    assert "Amy Pond &lt;b&gt;was&lt;/b&gt; seen." in wrong.text
    assert 'name="text_checked"' in wrong.text
    assert "<title>Error: " in wrong.text
    nothing = await form(suite, path)
    assert "Choose what you want to do." in nothing.text
    assert (await now(suite, matter))["status"] == "open"
    done = await form(suite, path, **ANSWER)
    assert (done.status_code, "You have answered" in done.text) == (200, True)
    assert (await now(suite, matter))["status"] == "responded"
    again = await form(suite, path, **ANSWER)
    assert (again.status_code, "This link has been used" in again.text) == (409, True)


async def test_the_page_warns_of_the_level(suite: Running, office: PostOffice) -> None:
    """What a rule refuses is told on the page, and nothing has happened."""
    matter, _ = await raised(suite, office)
    await suite.person(POLICE).does(matter, "advance", text="On.", seniority="practitioner")
    path = await link(suite, office)
    refused = await form(suite, path, **ANSWER)
    assert (refused.status_code, "needs team manager or above" in refused.text) == (422, True)
    assert (await now(suite, matter))["status"] == "open"
    assert (await suite.client.get(path)).status_code == 200


async def test_no_link_opens_anything_else(suite: Running, office: PostOffice) -> None:
    """A link is no token."""
    matter, path = await raised(suite, office)
    bearer = {"authorization": f"Bearer {path.rsplit('/', 1)[1]}"}
    assert (await suite.client.get(f"/escalations/v1/escalations/{matter['id']}", headers=bearer)).status_code == 401
    lead = suite.person(COUNCIL, Role.AGENCY_LEAD)
    assert (await lead.get(f"/escalations/v1/escalations/{matter['id']}")).status_code == 200
