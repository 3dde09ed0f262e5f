"""Who the child is, in reviews: found by who works on a case about it, matched by a person, opened with a reason."""

from typing import Any
from uuid import uuid4

import httpx
import pytest

from services.reviews.referrals.schemas import EXAMPLE
from shared.policy import Role
from tests.service.reviews.cases import at, chaired, delegate, lead, notified, place, referred, review_of, seated
from tests.service.reviews.running import COUNCIL, ICB, OUTSIDE, POLICE, SCHOOL, TRUST, Person, Running

pytestmark = pytest.mark.anyio

NHS = {"type": "nhs_number", "value": "MADE-UP-N001"}
PUPIL = {"type": "unique_pupil_number", "value": "MADE-UP-P001"}
WHY = "To tell the school that knows her by another number."


def child(*identifiers: dict[str, str]) -> list[dict[str, Any]]:
    """The one child of a case."""
    return [{"identifiers": list(identifiers), "age_band": "under_1", "harm": "seriously_harmed"}]


async def post(person: Person, path: str, **body: Any) -> httpx.Response:
    """Ask about children."""
    return await person.client.post(f"/reviews/v1/children/{path}", json=body, headers=person.headers)


async def search(person: Person, *identifiers: dict[str, str]) -> list[dict[str, Any]]:
    """The children found."""
    answer = await post(person, "search", identifiers=list(identifiers))
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


def said(found: dict[str, Any]) -> list[tuple[str, str, str]]:
    """What stands in a child's matters."""
    return [(one["noun"], one["id"], one["view"]) for one in found["matters"]]


async def test_who_works_on_it_finds_it(suite: Running) -> None:
    """The three and who recorded it the incident, who is asked her return, who sits the review; nobody else anything."""
    incident = await notified(suite, agency=SCHOOL, children=child(NHS))
    review = await review_of(suite, incident)
    member = await seated(suite, review)
    asked = await suite.unit.did(place(review), "ask", agency_id=TRUST[0], asked="What did you know?")
    the_incident = ("reviews.incident", incident["id"], "identified")
    for person in (delegate(suite, ICB), lead(suite, SCHOOL)):
        [found] = await search(person, {"type": "nhs_number", "value": " made-up n001"})
        assert (said(found), found["at_least"]) == ([the_incident], 1)
    [its] = await search(lead(suite, TRUST), NHS)
    assert said(its) == [("reviews.return", asked["returns"][0]["id"], "identified")]
    [hers] = await search(member.person, NHS)
    assert said(hers) == [("reviews.rapid_review", review["id"], "identified")]
    assert await search(lead(suite, POLICE), PUPIL) == [] == await search(lead(suite, OUTSIDE), NHS)
    assert (await post(suite.unit, "search", identifiers=[NHS])).status_code == 403
    wrong = {"type": "nhs_number", "value": "9990000081"}
    for refused, at_ in (
        (await post(delegate(suite, ICB), "search", identifiers=[NHS, wrong]), "identifiers.1.value"),
        (
            await lead(suite, SCHOOL).create("/incidents", **EXAMPLE | {"children": child(wrong)}),
            "children.0.identifiers.0.value",
        ),
    ):
        assert (refused.status_code, refused.json()["errors"][0]["path"]) == (422, at_)
    system = suite.person(POLICE, Role.AGENCY_LEAD, access="application")
    assert (await post(system, "search", identifiers=[NHS])).status_code == 403
    shown = [one for one in await suite.access_records(incident["id"]) if one.action == "reviews.child.search"]
    assert [one.agency_id for one in shown] == [ICB[0], SCHOOL[0]]


async def test_a_panel_member_while_her_case_runs(suite: Running) -> None:
    """Not before she is named, and not once she was let go; another agency's return tells its own agency alone."""
    incident = await notified(suite, children=child(NHS))
    review = await review_of(suite, incident)
    other = await seated(suite, await review_of(suite, await notified(suite)))
    member = await chaired(suite, review)
    assert len(await search(member.person, NHS)) == 1
    assert await search(other.person, NHS) == []
    child_id = (await suite.unit.read(at(incident)))["children"][0]["child_id"]
    assert (await post(other.person, f"{child_id}/reveal", reason=WHY)).status_code == 404
    await suite.unit.does(f"{place(review)}/panel/{member.member_id}", "release", etag=await _etag(suite, review))
    assert await search(member.person, NHS) == []
    assert (await post(member.person, f"{child_id}/reveal", reason=WHY)).status_code == 404


async def _etag(suite: Running, review: dict[str, Any]) -> str:
    etag: str = (await suite.unit.get(place(review))).headers["etag"]
    return etag


async def test_repeats_of_a_child(suite: Running) -> None:
    """Who oversees walks from one incident to the child's others; one that goes on under another is counted there."""
    first = await referred(suite, children=child(NHS))
    second = await referred(suite, SCHOOL, children=child(NHS))
    third = await referred(suite, children=child(NHS))
    await lead(suite, COUNCIL).did(at(third), "join", joined_to=first["id"], reason="Reported twice.")
    path = f"/children/{first['children'][0]['child_id']}"
    seen = await suite.unit.read(path)
    assert (seen["at_least"], len(seen["matters"])) == (2, 3)
    assert {one["view"] for one in seen["matters"]} == {"pseudonymised"}
    mine = await lead(suite, SCHOOL).read(path)
    assert (mine["at_least"], said(mine)) == (1, [("reviews.incident", second["id"], "identified")])
    hidden, absent = [await lead(suite, TRUST).get(f"/children/{one}") for one in (path[10:], uuid4())]
    assert (hidden.status_code, hidden.content) == (404, absent.content)


async def test_two_numbers_of_two_children(suite: Running) -> None:
    """It is recorded all the same, and asked about once; the person who confirms makes one child of them, and only once."""
    police, school = lead(suite, POLICE), lead(suite, SCHOOL)
    await referred(suite, children=child(NHS))
    await referred(suite, SCHOOL, children=child(PUPIL))
    for _ in range(2):
        both = await referred(suite, children=child(NHS, PUPIL))
    [match] = await police.items("/children/matches")
    assert match["incident_id"] != both["id"]
    assert len(await suite.unit.items("/children/matches")) == 1
    assert await school.items("/children/matches") == []
    assert [one["at_least"] for one in await search(school, PUPIL)] == [1]
    path = f"matches/{match['id']}/confirm"
    refused = [
        await post(suite.unit, path, reason="Same."),
        await post(suite.person(POLICE, Role.AGENCY_LEAD, access="application"), path, reason="Same."),
        await post(school, path, reason="Same."),
        await post(police, path, reason="Amy Pond is the same."),
    ]
    assert [one.status_code for one in refused] == [403, 403, 404, 422]
    own = await post(police, path, reason="Same date and address.")
    assert (own.status_code, own.json()["code"]) == (403, "own_match"), "whoever gave the numbers of both"
    council = lead(suite, COUNCIL)
    assert (await post(council, path, reason="Same date and address.")).json()["verdict"] == "confirmed"
    again = await post(police, f"matches/{match['id']}/reject", reason="No.")
    assert (again.status_code, again.json()["code"]) == (409, "match_decided")
    [found] = await search(police, PUPIL)
    assert (found["at_least"], [found]) == (4, await search(police, NHS))
    twice = await police.create("/incidents", **{**_body(both), "children": [*child(NHS), *child(PUPIL)]})
    assert (twice.status_code, twice.json()["errors"][0]["path"]) == (422, "children.1")


def _body(incident: dict[str, Any]) -> dict[str, Any]:
    return {"text": "We think so.", "summary": "An infant was hurt.", "abuse": incident["abuse"]}


async def test_opened_with_a_reason(suite: Running) -> None:
    """Who works on a case opens every number of the child, and the record says why; nobody else, and no system."""
    incident = await referred(suite, SCHOOL, children=child(PUPIL))
    await referred(suite, children=child(PUPIL, NHS))
    path = f"{incident['children'][0]['child_id']}/reveal"
    refused = [
        await post(suite.unit, path, reason=WHY),
        await post(suite.person(POLICE, Role.AGENCY_LEAD, access="application"), path, reason=WHY),
        await post(suite.person(SCHOOL), path, reason=WHY),
        await post(lead(suite, TRUST), path, reason=WHY),
        await post(lead(suite, SCHOOL), path),
    ]
    assert [one.status_code for one in refused] == [403, 403, 403, 404, 422]
    opened = (await post(lead(suite, SCHOOL), path, reason=WHY)).json()
    assert opened["identifiers"] == [NHS | {"misread": False}, PUPIL | {"misread": False}]
    [record] = [one for one in await suite.access_records(opened["child_id"]) if not one.refused]
    assert (record.agency_id, record.view, record.reason) == (SCHOOL[0], "identified", WHY)
