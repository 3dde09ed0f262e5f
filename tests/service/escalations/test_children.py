"""Who the child is: shown to the parties of one matter, found again, matched by a person, opened with a reason."""

from typing import Any
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import select, text

from services.escalations.app import SERVICE
from services.escalations.children.commands import CHILDREN
from services.escalations.children.models import ChildIdentifier
from shared.child_records.commands import FIRST, Place
from shared.policy import Role
from shared.pseudonym import Pseudonyms
from shared.resealing import reseal
from shared.vault import Vault
from tests.service.escalations.running import COUNCIL, ICB, POLICE, SCHOOL, Person, Running

pytestmark = pytest.mark.anyio

POLICE_ID = {"type": "police_id", "value": "SANDBOX-0001"}
PUPIL = {"type": "unique_pupil_number", "value": "SANDBOX-0002"}
CARE_ID = {"type": "social_care_id", "value": "SANDBOX-0003"}
READ = {"misread": False}
NOBODYS = {"type": "police_id", "value": "SANDBOX-9999"}
SECRETS = ("SANDBOX-0001", "SANDBOX-0002", "SANDBOX-0003")


def child(*identifiers: dict[str, str]) -> dict[str, Any]:
    """A child as a challenge describes it."""
    return {"identifiers": list(identifiers)}


async def whole(person: Person, matter: dict[str, Any]) -> dict[str, Any]:
    """The matter as this person sees it."""
    found: dict[str, Any] = (await person.get(f"/escalations/v1/escalations/{matter['id']}")).json()
    return found


async def related(person: Person, matter: dict[str, Any]) -> list[dict[str, Any]]:
    """The matters that this person is shown as related to it."""
    return await person.items(f"/escalations/v1/escalations/{matter['id']}/related")


async def search(person: Person, *identifiers: dict[str, str]) -> list[dict[str, Any]]:
    """The children found."""
    answer = await post(person, "search", identifiers=list(identifiers))
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


async def post(person: Person, path: str, **body: Any) -> httpx.Response:
    """Ask about children."""
    return await person.client.post(f"/escalations/v1/children/{path}", json=body, headers=person.headers)


async def test_parties_see_who_the_child_is(suite: Running) -> None:
    """Both sides, in one step, where one matter is read: the identifiers given with that matter, and no others."""
    officer, worker = suite.person(POLICE), suite.person(COUNCIL)
    matter = await officer.raised(children=[child(POLICE_ID, CARE_ID)])
    other = await suite.person(ICB).raised(children=[child(CARE_ID, PUPIL)])
    for person, both in ((officer, []), (worker, [other["id"]])):
        found = await whole(person, matter)
        (shown,) = found["children"]
        assert sorted(shown["identifiers"], key=str) == sorted([POLICE_ID | READ, CARE_ID | READ], key=str)
        assert [one["id"] for one in await related(person, matter)] == both
    shown_to = [one.agency_id for one in await suite.access_records() if one.record_id == other["id"]]
    assert shown_to == [ICB[0], COUNCIL[0]], "what is shown as related is recorded too"
    listed = [
        one for one in await suite.access_records() if one.record_id == matter["id"] and one.agency_id == POLICE[0]
    ]
    assert len(listed) == 3, "raised, read, and asked what is related, though nothing was"


async def test_nobody_else_sees_it(suite: Running) -> None:
    """Neither who oversees, nor any list, nor the answers that are kept for a repeated request, nor a history."""
    officer = suite.person(POLICE)
    raised = await officer.raise_(children=[child(POLICE_ID)])
    matter = raised.json()
    (mine,) = (await whole(officer, matter))["children"]
    assert mine["identifiers"]
    assert matter["children"][0]["identifiers"] is None
    for role in (Role.BUSINESS_UNIT, Role.OPERATIONAL_MEMBER, Role.LI_MEMBER):
        (shown,) = (await whole(suite.person(COUNCIL, role), matter))["children"]
        assert shown["identifiers"] is None
        assert shown["pseudonym"] == mine["pseudonym"]
    moved = await suite.person(COUNCIL).does(matter, "acknowledge")
    assert moved.json()["children"][0]["identifiers"] is None
    assert "SANDBOX" not in (await officer.get("/escalations/v1/escalations")).text
    async with suite.runtime.database.transaction() as tx:
        for table in ("idempotency", "history_entry", "outbox", "concerned", "child_identifier", "access_record"):
            rows = await tx.rows(text(f"SELECT to_jsonb(t)::text AS whole FROM escalations.{table} t"))
            assert rows
            assert not [
                row.whole for row in rows if any(one in row.whole or one.encode().hex() in row.whole for one in SECRETS)
            ]


async def test_search_finds_ones_own(suite: Running) -> None:
    """A party finds its matters by the number, in any way of writing it; others find nothing, as for an unknown child."""
    officer = suite.person(POLICE)
    first = await officer.raised(children=[child(POLICE_ID)])
    second = await officer.raised(children=[child(POLICE_ID)], receiving_agency_id=SCHOOL[0])
    (found,) = await search(officer, {"type": "police_id", "value": " sandbox 0001"})
    assert (found["at_least"], [one["id"] for one in found["escalations"]]) == (2, [second["id"], first["id"]])
    (theirs,) = await search(suite.person(SCHOOL), POLICE_ID)
    assert (theirs["at_least"], [one["id"] for one in theirs["escalations"]]) == (1, [second["id"]])
    assert await search(suite.person(ICB), POLICE_ID) == [] == await search(officer, NOBODYS)
    assert "SANDBOX" not in str(found)


async def test_oversight_may_not_search_by_number(suite: Running) -> None:
    """Whoever may see everything under pseudonyms cannot ask who they are; each matter found is recorded."""
    matter = await suite.person(POLICE).raised(children=[child(POLICE_ID)])
    overseer = suite.person(COUNCIL, Role.BUSINESS_UNIT)
    assert (await post(overseer, "search", identifiers=[POLICE_ID])).status_code == 403
    await search(suite.person(COUNCIL), POLICE_ID)
    records = [one for one in await suite.access_records() if one.action == "escalations.child.search"]
    assert [(one.record_id, one.refused) for one in records] == [("", "role_not_granted"), (matter["id"], None)]


async def test_repeats_of_a_child(suite: Running) -> None:
    """Who oversees walks from one matter to the child's others by its id; a stranger finds nothing there."""
    officer = suite.person(POLICE)
    matter = await officer.raised(children=[child(POLICE_ID)])
    await suite.person(ICB).raised(children=[child(POLICE_ID)])
    path = f"/escalations/v1/children/{matter['children'][0]['child_id']}"
    seen = (await suite.person(COUNCIL, Role.LI_MEMBER).get(path)).json()
    assert seen["at_least"] == 2
    assert {one["view"] for one in seen["escalations"]} == {"pseudonymised"}
    assert (await officer.get(path)).json()["at_least"] == 1
    hidden, absent = await suite.person(SCHOOL).get(path), await officer.get(f"/escalations/v1/children/{uuid4()}")
    assert (hidden.status_code, hidden.content) == (404, absent.content)


async def matched(suite: Running) -> tuple[Person, dict[str, Any]]:
    """Two children of whom the police then gives one number each, as one child's; its lead, and the suggestion."""
    lead = suite.person(POLICE, Role.AGENCY_LEAD)
    await lead.raised(children=[child(POLICE_ID)])
    await suite.person(ICB).raised(children=[child(PUPIL)])
    assert len(await search(lead, POLICE_ID, PUPIL)) == 1  # the other is another agency's
    await lead.raised(children=[child(POLICE_ID, PUPIL)])
    answer = await lead.get("/escalations/v1/children/matches")
    (match,) = answer.json()["items"]
    return lead, match


async def test_two_numbers_of_two_children(suite: Running) -> None:
    """It is raised all the same and asked about, once; nothing is merged before a person says so."""
    lead, match = await matched(suite)
    assert match["child_id"] != match["other_child_id"]
    await lead.raised(children=[child(PUPIL, POLICE_ID)])
    assert len((await lead.get("/escalations/v1/children/matches")).json()["items"]) == 1
    (found,) = await search(suite.person(ICB), PUPIL)
    assert found["at_least"] == 1
    assert (await suite.person(SCHOOL, Role.AGENCY_LEAD).get("/escalations/v1/children/matches")).json() == {
        "items": []
    }


async def test_a_person_confirms(suite: Running) -> None:
    """From then on they are one child, whichever number is given; the decision has one author and is not made twice."""
    lead, match = await matched(suite)
    path = f"matches/{match['id']}/confirm"
    assert (await post(suite.person(POLICE), path, reason="Same.")).status_code == 403
    assert (
        await post(suite.person(POLICE, Role.AGENCY_LEAD, access="application"), path, reason="Same.")
    ).status_code == 403
    assert (await post(suite.person(SCHOOL, Role.AGENCY_LEAD), path, reason="Same.")).status_code == 404
    assert (await post(lead, path, reason="Amy Pond is the same.")).status_code == 422
    own = await post(lead, path, reason="Same date and address.")
    assert (own.status_code, own.json()["code"]) == (403, "own_match"), "whoever gave the numbers of both"
    second = suite.person(POLICE, Role.AGENCY_LEAD, subject="second")
    assert (await post(second, path, reason="Same date and address.")).json()["verdict"] == "confirmed"
    again = await post(lead, f"matches/{match['id']}/reject", reason="No.")
    assert (again.status_code, again.json()["code"]) == (409, "match_decided")
    (found,) = await search(lead, PUPIL)
    assert found["at_least"] == 2
    assert (await search(lead, POLICE_ID)) == [found]
    third = await lead.raised(children=[child(PUPIL)])
    assert (await search(lead, POLICE_ID))[0]["at_least"] == 3
    assert third["children"][0]["child_id"] == found["child_id"]


async def test_a_person_rejects(suite: Running) -> None:
    """They stay two, and nobody is asked again."""
    lead, match = await matched(suite)
    assert (await post(lead, f"matches/{match['id']}/reject", reason="Cousins.")).status_code == 200
    await lead.raised(children=[child(POLICE_ID, PUPIL)])
    assert (await lead.get("/escalations/v1/children/matches")).json() == {"items": []}
    assert (await search(suite.person(ICB), PUPIL))[0]["at_least"] == 1


async def test_chains_of_merges(suite: Running) -> None:
    """Four children who turn out to be one, in whichever order: one child, and every number leads to it."""
    lead, second = suite.person(POLICE, Role.AGENCY_LEAD), suite.person(POLICE, Role.AGENCY_LEAD, subject="second")
    numbers = [{"type": "police_id", "value": f"SANDBOX-100{n}"} for n in range(4)]
    matters = [await lead.raised(children=[child(number)]) for number in numbers]
    for pair in ((0, 1), (2, 3), (1, 3)):
        await lead.raised(children=[child(*(numbers[n] for n in pair))])
        for match in (await lead.get("/escalations/v1/children/matches")).json()["items"]:
            assert (await post(second, f"matches/{match['id']}/confirm", reason="Same.")).status_code == 200
    found = [await search(lead, number) for number in numbers]
    assert all(one == found[0] for one in found)
    assert found[0][0]["at_least"] == 7
    for matter in matters:
        assert [one["how"] for one in await related(lead, matter)] == ["same_child"] * 6


async def test_opened_with_a_reason(suite: Running) -> None:
    """A party's lead opens every number of the child, and the record says why; nobody else does."""
    lead = suite.person(POLICE, Role.AGENCY_LEAD)
    matter = await lead.raised(children=[child(POLICE_ID)])
    await suite.person(ICB).raised(children=[child(POLICE_ID, PUPIL)])
    path = f"{matter['children'][0]['child_id']}/reveal"
    assert (await post(lead, path)).status_code == 422
    refused = [
        await post(suite.person(POLICE), path, reason="To find her."),
        await post(suite.person(COUNCIL, Role.BUSINESS_UNIT), path, reason="To find her."),
        await post(suite.person(POLICE, Role.AGENCY_LEAD, access="application"), path, reason="To find her."),
    ]
    assert {answer.status_code for answer in refused} == {403}
    stranger = await post(suite.person(SCHOOL, Role.AGENCY_LEAD), path, reason="To find her.")
    assert stranger.status_code == 404
    opened = (await post(lead, path, reason="To tell the school that knows her by another number.")).json()
    assert opened["identifiers"] == [POLICE_ID | READ, PUPIL | READ]
    shown = [one for one in await suite.access_records() if one.action.endswith("child.reveal") and not one.refused]
    assert [(one.subject, one.view, one.reason) for one in shown] == [
        ("cheshire-constabulary/agency_lead", "identified", "To tell the school that knows her by another number.")
    ]


async def test_a_seal_of_another_key_stays_shut(suite: Running) -> None:
    """What cannot be opened is a failure, and shows nothing."""
    lead = suite.person(POLICE, Role.AGENCY_LEAD)
    matter = await lead.raised(children=[child(POLICE_ID)])
    async with suite.runtime.database.transaction() as tx:
        await tx.execute(text("UPDATE escalations.child_identifier SET sealed = sealed || '\\x00'::bytea"))
    answer = await lead.get(f"/escalations/v1/escalations/{matter['id']}")
    assert (answer.status_code, "SANDBOX" in answer.text) == (500, False)


async def test_identifiers_are_sealed_anew_under_a_new_key(suite: Running) -> None:
    """They open under it alone, and the child keeps her pseudonym."""
    settings = suite.runtime.settings
    await suite.person(POLICE).raised(children=[child(POLICE_ID, CARE_ID)])
    new = Vault("aa" * 32, *settings.seal_keys)
    (column,) = SERVICE.sealed_columns
    assert await reseal(suite.runtime.database, new, column) == 2
    async with suite.runtime.database.reading() as tx:
        rows = await tx.rows(select(*ChildIdentifier.__table__.c))
    fresh = Pseudonyms(settings.pseudonym_keys, Vault("aa" * 32))
    opened = {fresh.open(row.sealed, f"{row.type}/{row.pseudonym}") for row in rows}
    assert opened == {POLICE_ID["value"], CARE_ID["value"]}
    assert {row.pseudonym for row in rows} == {fresh.of(one["type"], one["value"]) for one in (POLICE_ID, CARE_ID)}


async def test_the_pseudonym_key_turns_and_every_child_is_found_by_the_new_one(suite: Running) -> None:
    """In the operators' four steps; what was shown under the old pseudonym keeps it, and is still the same child's."""
    runtime, police = suite.runtime, suite.person(POLICE, Role.AGENCY_LEAD)
    old, new, vault = runtime.settings.pseudonym_key, "bb" * 32, Vault(*runtime.settings.seal_keys)
    await police.raised(children=[child(POLICE_ID, CARE_ID)])
    runtime.pseudonyms = Pseudonyms((old, new), vault)
    await police.raised(children=[child(PUPIL)])
    derived = [await rederived(suite) for _ in range(2)]
    assert derived == [2, 0]  # the third has both since it was given
    runtime.pseudonyms = Pseudonyms((new, old), vault)
    assert await rederived(suite) == 0
    await police.raised(children=[child(POLICE_ID)])
    runtime.pseudonyms = Pseudonyms((new,), vault)
    [found] = await search(police, CARE_ID)
    assert found["at_least"] == 2
    assert set(found["pseudonyms"]) == {Pseudonyms((key,), vault).of(**POLICE_ID_PARTS) for key in (old, new)}
    revealed = (await post(police, f"{found['child_id']}/reveal", reason="To write to her school.")).json()
    assert [one["value"] for one in revealed["identifiers"]] == [POLICE_ID["value"], CARE_ID["value"]]
    assert [one["at_least"] for one in await search(police, PUPIL)] == [1]


POLICE_ID_PARTS = {"kind": POLICE_ID["type"], "identifier": POLICE_ID["value"]}


async def rederived(suite: Running) -> int:
    """What `rederive` does, at its ease."""
    place: Place | None = FIRST
    derived = 0
    while place:
        async with suite.runtime.database.transaction() as tx:
            more, place = await CHILDREN.rederive(tx, suite.runtime.pseudonyms, place)
        derived += more
    return derived
