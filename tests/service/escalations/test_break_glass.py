"""Break-glass: everything about a child at once, told at once, recorded with its reason, and reviewed by somebody else."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from services.escalations.break_glass.schemas import EXAMPLE
from services.escalations.letters.models import Letter
from shared.policy import Access, Role
from tests.service.escalations.running import COUNCIL, ICB, POLICE, SCHOOL, Person, Running

pytestmark = pytest.mark.anyio
PATH = "/escalations/v1/break_glass"


async def opened(person: Person, **changes: Any) -> Any:
    """The answer to somebody who opens what is known of the child of the documents' example."""
    headers = person.headers | {"idempotency-key": f"emergency-{changes}"}
    return await person.client.post(PATH, json={**EXAMPLE, **changes}, headers=headers)


async def reviewed(person: Person, opening: Any, etag: str, **body: Any) -> Any:
    """The answer to somebody who reviews an opening."""
    given = {"finding": "justified", "text": "The child was in danger and nobody else could be asked."} | body
    return await person.client.post(
        f"{PATH}/{opening['id']}/review", json=given, headers=person.headers | {"if-match": etag}
    )


async def test_whoever_is_no_party_sees_all_of_it_and_all_concerned_hear(suite: Running) -> None:
    matter = await suite.person(POLICE).raised()
    school = suite.person(SCHOOL)
    assert (await school.get(f"/escalations/v1/escalations/{matter['id']}")).status_code == 404
    answer = await opened(school)
    assert answer.status_code == 201
    told = answer.json()
    [shown] = told["escalations"]
    assert (shown["id"], shown["view"], shown["summary"]) == (matter["id"], "identified", matter["summary"])
    assert told["review_by"] == "2026-10-14"
    assert (await suite.outbox())[-1] == "break_glass.used.v1"
    record = (await suite.access_records())[-1]
    assert (record.agency_id, record.record_id, record.reason) == (SCHOOL[0], matter["id"], EXAMPLE["reason"])
    async with suite.runtime.database.reading() as tx:
        letters = await tx.rows(select(Letter.agency_id).where(Letter.occasion == "opened_in_emergency"))
    assert {POLICE[0], COUNCIL[0]} <= {letter.agency_id for letter in letters}
    # It stays a look: the matter is no more the school's than it was.
    assert (await school.get(f"/escalations/v1/escalations/{matter['id']}")).status_code == 404


async def test_a_child_of_whom_nothing_is_known_is_an_opening_too(suite: Running) -> None:
    answer = await opened(suite.person(ICB), identifiers=[{"type": "police_id", "value": "SANDBOX-9999"}])
    assert (answer.status_code, answer.json()["escalations"]) == (201, [])
    [listed] = (await suite.person(COUNCIL, Role.BUSINESS_UNIT).get(PATH)).json()["items"]
    assert (listed["agency_id"], listed["escalation_ids"]) == (ICB[0], [])


async def test_nothing_known_under_a_misread_number_is_no_answer(suite: Running) -> None:
    """Unless somebody else has misread it as well: then the child is found by it."""
    wrong = [{"type": "nhs_number", "value": "9990000081"}]
    refused = await opened(suite.person(ICB), identifiers=wrong)
    assert (refused.status_code, refused.json()["errors"][0]["path"]) == (422, "identifiers.0.value")
    immediate = {"priority": "immediate", "safety_action": "Police protection at once."}
    await suite.person(POLICE).raised(children=[{"identifiers": wrong}], **immediate)
    assert len((await opened(suite.person(ICB), identifiers=wrong, reason="Again.")).json()["escalations"]) == 1


async def test_sent_twice_it_is_opened_once_and_both_looks_are_recorded(suite: Running) -> None:
    await suite.person(POLICE).raised()
    first, again = await opened(suite.person(SCHOOL)), await opened(suite.person(SCHOOL))
    assert first.json() == again.json()
    assert len((await suite.person(COUNCIL, Role.BUSINESS_UNIT).get(PATH)).json()["items"]) == 1
    assert [r.agency_id for r in await suite.access_records()].count(SCHOOL[0]) == 2


async def test_a_reason_that_names_somebody_is_taken_and_kept_from_who_oversees(suite: Running) -> None:
    matter = await suite.person(POLICE).raised()
    answer = await opened(suite.person(SCHOOL), reason="Call Anna Example on 07700 900123, NHS 943 476 5919.")
    assert answer.status_code == 201
    path = f"{PATH}/{answer.json()['id']}"
    assert (await suite.person(COUNCIL, Role.BUSINESS_UNIT).get(path)).json()["reason"] is None
    party = (await suite.person(POLICE, Role.AGENCY_LEAD).get(path)).json()
    assert "Anna Example" in party["reason"]
    assert (party["used_by"], party["escalation_ids"]) == (None, [matter["id"]])


async def test_who_sees_an_opening(suite: Running) -> None:
    await suite.person(POLICE).raised()
    told = (await opened(suite.person(SCHOOL))).json()
    for agency, roles, status in (
        (SCHOOL, [Role.AGENCY_LEAD], 200),
        (POLICE, [Role.AGENCY_LEAD], 200),
        (COUNCIL, [Role.BUSINESS_UNIT], 200),
        (ICB, [Role.AGENCY_LEAD], 404),
        (SCHOOL, [Role.PRACTITIONER], 403),
        (COUNCIL, [Role.PLATFORM_ADMIN], 403),
    ):
        answer = await suite.person(agency, *roles).get(f"{PATH}/{told['id']}")
        assert answer.status_code == status, (agency, roles)
    assert (await suite.person(ICB, Role.AGENCY_LEAD).get(PATH)).json()["items"] == []


async def test_a_system_alone_opens_nothing(suite: Running) -> None:
    answer = await opened(suite.person(SCHOOL, access=Access.APPLICATION))
    assert (answer.status_code, answer.json()["code"]) == (403, "role_not_granted")


async def test_it_is_reviewed_once_and_by_somebody_else(suite: Running) -> None:
    await suite.person(POLICE).raised()
    told = (await opened(suite.person(COUNCIL, Role.PRACTITIONER, Role.BUSINESS_UNIT, subject="both"))).json()
    unit = suite.person(COUNCIL, Role.BUSINESS_UNIT)
    assert len((await unit.get(PATH, reviewed=False)).json()["items"]) == 1
    own = await reviewed(suite.person(COUNCIL, Role.BUSINESS_UNIT, subject="both"), told, '"1"')
    assert (own.status_code, own.json()["code"]) == (403, "own_break_glass")
    assert (await reviewed(unit, told, '"7"')).status_code == 412
    named = await reviewed(unit, told, '"1"', text="Anna Example rang on 07700 900123.")
    assert (named.status_code, named.json()["errors"][0]["path"]) == (422, "text")
    done = await reviewed(unit, told, '"1"', finding="not_justified")
    assert (done.status_code, done.json()["finding"]) == (200, "not_justified")
    again = await reviewed(unit, told, done.headers["etag"])
    assert (again.status_code, again.json()["code"]) == (409, "break_glass_reviewed")
    assert (await suite.outbox())[-1] == "break_glass.reviewed.v1"
    assert (await unit.get(PATH, reviewed=False)).json()["items"] == []


async def test_what_nobody_reviews_in_time_is_listed_as_overdue(suite: Running) -> None:
    told = (await opened(suite.person(SCHOOL))).json()
    unit = suite.person(COUNCIL, Role.BUSINESS_UNIT)
    for day, overdue in ((14, False), (15, True)):
        await suite.at(datetime(2026, 10, day, 12, tzinfo=UTC))
        [listed] = (await unit.get(PATH, overdue=overdue)).json()["items"]
        assert listed["id"] == told["id"]
        assert (await unit.get(PATH, overdue=not overdue)).json()["items"] == []
