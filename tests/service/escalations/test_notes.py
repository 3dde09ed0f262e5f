"""Notes: a minute to write, seen by those they name, counted apart from escalations, and taken back."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from services.escalations.notes.models import Note
from shared.policy import Access, Role
from tests.service.escalations.running import COUNCIL, ICB, POLICE, SCHOOL, WEDNESDAY_NOON, Person, Running

pytestmark = pytest.mark.anyio

PATH = "/escalations/v1/notes"
TEXT = "A call to the chair settled it the same day."


async def notes(person: Person, *, key: str | None = None, **said: Any) -> httpx.Response:
    """Write a note."""
    headers = person.headers | {"idempotency-key": key or str(uuid4())}
    return await person.client.post(PATH, json={"kind": "informal", "text": TEXT} | said, headers=headers)


async def noted(person: Person, **said: Any) -> dict[str, Any]:
    """A note that was accepted."""
    answer = await notes(person, **said)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def retracts(person: Person, note: dict[str, Any], etag: str = '"1"') -> httpx.Response:
    """Take a note back."""
    path = f"{PATH}/{note['id']}/retract"
    headers = person.headers | {"if-match": etag}
    return await person.client.post(path, json={"reason": "It named somebody."}, headers=headers)


async def listed(person: Person, **query: Any) -> list[str]:
    """The ids of what somebody sees."""
    answer = await person.get(PATH, **query)
    assert answer.status_code == 200, answer.text
    return [item["id"] for item in answer.json()["items"]]


async def test_a_minute(suite: Running) -> None:
    """Kind and text are enough; the rest is today, the own agency, and no theme in particular."""
    answer = await notes(suite.person(SCHOOL))
    assert answer.status_code == 201, answer.text
    found = answer.json()
    assert answer.headers["location"] == f"{PATH}/{found['id']}"
    assert (found["happened_on"], found["agency_id"], found["theme"]) == ("2026-10-07", SCHOOL[0], "other")
    assert await suite.outbox() == ["note.recorded.v1"]
    table = suite.runtime.database.plumbing.outbox
    async with suite.runtime.database.reading() as tx:
        assert TEXT not in str(await tx.rows(table.select()))


async def test_it_is_no_escalation(suite: Running) -> None:
    """It stands in its own list and in no other."""
    await noted(suite.person(POLICE), about_agency_ids=[COUNCIL[0]])
    for agency in (POLICE, COUNCIL):
        assert (await suite.person(agency).get("/escalations/v1/escalations")).json()["items"] == []


async def test_a_system_may_write_one(suite: Running) -> None:
    """An agency's own system files notes with no person present; it takes none back."""
    system = suite.person(POLICE, Role.AGENCY_LEAD, access=Access.APPLICATION)
    note = await noted(system)
    answer = await retracts(system, note)
    assert (answer.status_code, answer.json()["code"]) == (403, "role_not_granted")


async def test_sent_twice_written_once(suite: Running) -> None:
    """A repeated key is answered as before."""
    first, again = [await notes(suite.person(POLICE), key="one") for _ in range(2)]
    assert first.json() == again.json()
    assert len(await listed(suite.person(POLICE))) == 1


async def test_who_sees_which(suite: Running) -> None:
    """Whoever wrote it or is named in it; those who oversee see all; nobody else."""
    one = (await noted(suite.person(POLICE), about_agency_ids=[COUNCIL[0], SCHOOL[0]]))["id"]
    two = (await noted(suite.person(ICB), kind="good_practice", theme="information_sharing"))["id"]
    for agency, role, ids in (
        (POLICE, Role.PRACTITIONER, [one]),
        (COUNCIL, Role.PRACTITIONER, [one]),
        (SCHOOL, Role.AGENCY_LEAD, [one]),
        (ICB, Role.AGENCY_LEAD, [two]),
        (COUNCIL, Role.BUSINESS_UNIT, [two, one]),
        (SCHOOL, Role.LI_MEMBER, [two, one]),
    ):
        person = suite.person(agency, role)
        assert await listed(person) == ids, (agency, role)
        for note in (one, two):
            assert (await person.get(f"{PATH}/{note}")).status_code == (200 if note in ids else 404)
    assert await listed(suite.person(POLICE, acting_for=[ICB[0]])) == [two, one]
    assert (await suite.person(SCHOOL, Role.LAY_MEMBER).get(PATH)).status_code == 403


async def test_filters_and_pages(suite: Running) -> None:
    """Each note once, newest first; a filter holds on every page."""
    for minute in range(4):
        await suite.at(WEDNESDAY_NOON + timedelta(minutes=minute + 1))
        await noted(suite.person(POLICE), about_agency_ids=[COUNCIL[0]])
    await noted(suite.person(POLICE), kind="good_practice", theme="roles", happened_on="2026-09-30")
    for person in (suite.person(POLICE), suite.person(COUNCIL, Role.BUSINESS_UNIT)):
        seen: list[str] = []
        query: dict[str, Any] = {"limit": 3, "kind": "informal"}
        while True:
            page = (await person.get(PATH, **query)).json()
            seen += [item["noted_at"] for item in page["items"]]
            if page["next"] is None:
                break
            query["cursor"] = page["next"]
        assert seen == sorted(seen, reverse=True)
        assert len(set(seen)) == 4
        assert len(await listed(person, theme="roles")) == 1
        assert len(await listed(person, happened_before="2026-10-01")) == 1
        assert len(await listed(person, happened_from="2026-10-01")) == 4
        assert len(await listed(person, about_agency_id=COUNCIL[0])) == 4
        assert len(await listed(person, agency_id=POLICE[0])) == 5
        assert await listed(person, agency_id=ICB[0]) == []


@pytest.mark.parametrize(
    ("said", "path"),
    [
        ({"kind": "complaint"}, "kind"),
        ({"text": ""}, "text"),
        ({"text": "x" * 1001}, "text"),
        ({"text": "Her NHS number is 943 476 5919."}, "text"),
        ({"happened_on": "2026-10-08"}, "happened_on"),
        ({"about_agency_ids": [POLICE[0]]}, "about_agency_ids.0"),
        ({"about_agency_ids": [COUNCIL[0], "no-such-agency"]}, "about_agency_ids.1"),
        ({"children": []}, "children"),
        ({"retracted_at": "2026-10-07T10:00:00Z"}, "retracted_at"),
    ],
)
async def test_bad_input(suite: Running, said: dict[str, Any], path: str) -> None:
    """Refused with the field's path; nothing is kept and nothing told."""
    answer = await notes(suite.person(POLICE), **said)
    assert answer.status_code == 422, answer.text
    assert [error["path"] for error in answer.json()["errors"]] == [path]
    assert await listed(suite.person(POLICE)) == []
    assert await suite.outbox() == []


async def test_for_ones_own_agency(suite: Running) -> None:
    """For another only under a delegation that the token carries."""
    answer = await notes(suite.person(POLICE), agency_id=SCHOOL[0])
    assert (answer.status_code, answer.json()["code"]) == (403, "not_your_agency")
    note = await noted(suite.person(COUNCIL, acting_for=[SCHOOL[0]]), agency_id=SCHOOL[0])
    assert note["agency_id"] == SCHOOL[0]
    assert await listed(suite.person(SCHOOL)) == [note["id"]]


async def test_taken_back(suite: Running) -> None:
    """Its text is gone for everybody, that it was there stays, and it is in no list but that of what was taken back."""
    note = await noted(suite.person(POLICE), about_agency_ids=[COUNCIL[0]])
    named = await retracts(suite.person(COUNCIL), note)
    assert (named.status_code, named.json()["code"]) == (403, "not_your_note")
    assert (await retracts(suite.person(ICB), note)).status_code == 404
    assert (await retracts(suite.person(POLICE), note, etag='"7"')).status_code == 412
    answer = await retracts(suite.person(POLICE), note)
    assert (answer.status_code, answer.json()["text"], answer.json()["retraction"]) == (200, None, "It named somebody.")
    again = await retracts(suite.person(POLICE), note, etag='"2"')
    assert (again.status_code, again.json()["code"]) == (409, "retracted")
    assert await listed(suite.person(POLICE)) == []
    assert await listed(suite.person(POLICE), retracted=True) == [note["id"]]
    assert await suite.outbox() == ["note.recorded.v1", "note.retracted.v1"]
    async with suite.runtime.database.reading() as tx:
        assert await tx.scalar(Note.__table__.select().with_only_columns(Note.text)) is None
