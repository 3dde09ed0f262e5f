"""The tracker: on whom each running matter waits, what is overdue and what is next, for each exactly what it may see."""

import csv
import io
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from shared.policy import Role
from tests.service.escalations.post_office import names
from tests.service.escalations.running import COUNCIL, ICB, POLICE, SCHOOL, WEDNESDAY_NOON, Person, Running

pytestmark = pytest.mark.anyio

IMMEDIATE = {"priority": "immediate", "safety_action": "Police protection at once."}


async def tracked(person: Person, **query: Any) -> list[dict[str, Any]]:
    """The matters that the tracker lists."""
    answer = await person.get("/escalations/v1/tracker/matters", **query)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


async def ids(person: Person, **query: Any) -> list[str]:
    """Their ids."""
    return [one["id"] for one in await tracked(person, **query)]


async def items(person: Person, path: str, **query: Any) -> list[dict[str, Any]]:
    """What another part of the tracker lists."""
    found: list[dict[str, Any]] = (await person.get(f"/escalations/v1/tracker/{path}", **query)).json()["items"]
    return found


async def test_mine_follows_the_matter(suite: Running) -> None:
    """It is with whoever has to do the next thing, from raising to closing, and then with nobody."""
    officer, worker = suite.person(POLICE), suite.person(COUNCIL)
    matter = await officer.raised()
    waited: list[tuple[str, bool, bool]] = []

    async def look() -> None:
        (shown,) = await tracked(officer)
        mine = [bool(await ids(person, show="mine")) for person in (officer, worker)]
        waited.append((shown["waits_for"], *mine))

    await look()
    await worker.does(matter, "respond", text="No.", seniority="practitioner")
    await look()
    await officer.does(
        matter, "resolve", outcome="upheld_with_rationale_accepted", text="So be it.", seniority="practitioner"
    )
    await look()
    await officer.does(matter, "tell", text="Told.")
    await look()
    assert waited == [
        ("answer", False, True),
        ("next_step", True, False),
        ("telling", True, False),
        ("closing", True, False),
    ]
    await officer.does(matter, "close", impact="no_change")
    assert await ids(officer) == []


async def test_overdue_and_next(suite: Running) -> None:
    """What is overdue is not next, and both come in the order of their dates."""
    officer = suite.person(POLICE)
    flagged = await officer.raised(ladder="sefton-casework")
    standard = await officer.raised(priority="standard", ladder="sefton-casework")
    await suite.at(datetime(2026, 10, 12, 15, 59, tzinfo=UTC))
    late = await officer.raised()
    assert await ids(officer, show="overdue") == []
    assert await ids(officer, show="due_next") == [flagged["id"], standard["id"], late["id"]]
    await suite.at(datetime(2026, 10, 12, 16, 1, tzinfo=UTC))
    assert await ids(officer, show="overdue") == [flagged["id"], standard["id"]]
    assert await ids(officer, show="due_next") == [late["id"]]
    assert [one["overdue"] for one in await tracked(officer)] == [True, True, False]


async def test_what_a_ladder_asks_for_after_the_answer(suite: Running) -> None:
    """The answer first; then the meeting, until it is held or its time is over."""
    officer, worker = suite.person(POLICE), suite.person(COUNCIL)
    matter = await officer.raised(ladder="sefton-casework")
    await officer.does(matter, "advance", text="No answer.", seniority="team_manager")

    async def stands() -> tuple[str, str, bool, list[bool], int]:
        (shown,), (pair,) = await tracked(officer), await items(officer, "pairs")
        listed = [bool(await ids(officer, show=show)) for show in ("due_next", "overdue")]
        return shown["next_duty"], shown["next_due_at"], shown["overdue"], listed, pair["overdue"]

    assert await stands() == ("respond", "2026-10-09T16:00:00Z", False, [True, False], 0)
    await worker.does(matter, "respond", text="No.", seniority="senior_manager")
    assert await stands() == ("meet", "2026-10-14T16:00:00Z", False, [True, False], 0)
    await suite.at(datetime(2026, 10, 14, 16, 1, tzinfo=UTC))
    assert await stands() == ("meet", "2026-10-14T16:00:00Z", True, [False, True], 1)
    await officer.does(matter, "meet", text="We met.", seniority="senior_manager")
    (shown,) = await tracked(officer)
    assert (shown["next_duty"], shown["next_due_at"], shown["overdue"]) == (None, None, False)


async def test_ages_and_silences(suite: Running) -> None:
    """Working days open and at the present stage, and how often nobody answered."""
    officer = suite.person(POLICE)
    await officer.raised()
    await suite.at(datetime(2026, 10, 12, 9, 0, tzinfo=UTC))
    (shown,) = await tracked(officer)
    assert (shown["stage_order"], shown["silences"], shown["stage_name"]) == (3, 2, "Senior managers")
    assert (shown["working_days_open"], shown["working_days_at_stage"]) == (3, 1)


async def test_each_sees_its_own(suite: Running) -> None:
    """Parties their own, who oversees all of it under pseudonyms, others nothing: in lists and in every count."""
    await suite.person(POLICE).raised()
    await suite.person(ICB).raised(receiving_agency_id=SCHOOL[0])
    seen = [
        (suite.person(POLICE), 1),
        (suite.person(COUNCIL), 1),
        (suite.person(SCHOOL), 1),
        (suite.person(COUNCIL, Role.BUSINESS_UNIT), 2),
        (suite.person(POLICE, Role.OPERATIONAL_MEMBER), 2),
        (suite.person(("made-up", COUNCIL[1])), 0),
    ]
    for person, count in seen:
        assert len(await tracked(person)) == count
        assert sum(one["running"] for one in await items(person, "stages")) == count
        assert sum(one["running"] for one in await items(person, "pairs")) == count
    unit = suite.person(COUNCIL, Role.BUSINESS_UNIT)
    assert {one["view"] for one in await tracked(unit)} == {"pseudonymised"}
    for role in (Role.LI_MEMBER, Role.LAY_MEMBER):
        assert (await suite.person(COUNCIL, role).get("/escalations/v1/tracker/matters")).status_code == 403


async def test_every_row_shown_is_recorded(suite: Running) -> None:
    """A line of the tracker is a reading of its matter."""
    matter = await suite.person(POLICE).raised()
    await tracked(suite.person(COUNCIL, Role.BUSINESS_UNIT))
    records = [one for one in await suite.access_records() if one.action == "escalations.tracker.read"]
    assert [(one.record_id, one.view) for one in records] == [(matter["id"], "pseudonymised")]


async def test_narrowed_and_paged(suite: Running) -> None:
    """Each matter once, in order, over several pages; narrowed to what is asked for."""
    officer = suite.person(POLICE)
    for minute in range(5):
        raised_at = datetime(2026, 10, 6, 10, minute, tzinfo=UTC).isoformat()
        await officer.raised(raised_at=raised_at, receiving_agency_id=(COUNCIL, SCHOOL)[minute % 2][0])
    pages, cursor = [], None
    while True:
        query = {"limit": 2, "show": "due_next"} | ({"cursor": cursor} if cursor else {})
        page = (await officer.get("/escalations/v1/tracker/matters", **query)).json()
        pages += [one["id"] for one in page["items"]]
        if (cursor := page["next"]) is None:
            break
        other = await officer.get("/escalations/v1/tracker/matters", limit=2, show="overdue", cursor=cursor)
        assert other.status_code == 422
    assert len(pages) == len(set(pages)) == 5
    assert len(await ids(officer, receiving_agency_id=SCHOOL[0])) == 2
    assert await ids(officer, priority="immediate") == [] == await ids(officer, stage_order=2)
    assert (await officer.get("/escalations/v1/tracker/matters", show="everything")).status_code == 422


async def test_where_it_stalls(suite: Running) -> None:
    """By ladder and stage, with what is overdue and since when."""
    officer = suite.person(POLICE)
    await officer.raised()
    await officer.raised(ladder="sefton-casework")
    await suite.at(WEDNESDAY_NOON + timedelta(days=6))
    found = {(one["ladder_code"], one["stage_order"]): one for one in await items(officer, "stages")}
    assert set(found) == {("neutral-casework", 4), ("sefton-casework", 1)}
    sefton = found["sefton-casework", 1]
    assert (sefton["running"], sefton["overdue"], sefton["oldest_working_days"]) == (1, 1, 4)
    assert sefton["oldest_since"].startswith("2026-10-07")


async def test_by_pair(suite: Running) -> None:
    """Who challenges whom, most first; one that is not registered has a line of its own."""
    officer = suite.person(POLICE)
    await officer.raised(receiving_agency_id=None, receiving_name="A school elsewhere")
    for _ in range(2):
        await officer.raised()
    found = await items(suite.person(COUNCIL, Role.BUSINESS_UNIT), "pairs")
    assert [(one["receiving_name"], one["running"]) for one in found] == [
        ("Cheshire East Council", 2),
        ("not registered: A school elsewhere", 1),
    ]


async def test_expected_and_silent(suite: Running) -> None:
    """Who was expected to raise and has not; an agency is told of itself alone."""
    await suite.person(POLICE).raised()
    unit = suite.person(COUNCIL, Role.BUSINESS_UNIT)
    found = [one["agency_id"] for one in await items(unit, "silent_agencies")]
    assert found == sorted([COUNCIL[0], ICB[0], SCHOOL[0]])
    assert [one["agency_id"] for one in await items(suite.person(SCHOOL), "silent_agencies")] == [SCHOOL[0]]
    assert await items(suite.person(POLICE), "silent_agencies") == []
    later = await unit.get("/escalations/v1/tracker/silent_agencies", since="2026-10-08")
    assert later.json()["since"] == "2026-10-08"
    assert len(later.json()["items"]) == 4


async def test_letters_that_did_not_leave(suite: Running) -> None:
    """Nobody to tell, and no address, for both parties and who oversees; never of others' matters."""
    await names(suite, POLICE, email=None)
    await suite.person(POLICE).raised()
    for person in (suite.person(POLICE), suite.person(COUNCIL), suite.person(COUNCIL, Role.OPERATIONAL_MEMBER)):
        found = await items(person, "letters")
        assert [(one["occasion"], one["failure"]) for one in found] == [
            ("nobody_told", "no_address"),
            ("raised", "no_contact"),
        ]
    assert await items(suite.person(ICB), "letters") == []


@pytest.mark.parametrize("path", ["matters", "stages", "pairs", "silent_agencies", "letters"])
async def test_as_a_table(suite: Running, path: str) -> None:
    """The same lines and cells as in JSON; nothing that a spreadsheet would run."""
    officer = suite.person(POLICE)
    await officer.raised(receiving_agency_id=None, receiving_name="=HYPERLINK(1)")
    unit = suite.person(COUNCIL, Role.BUSINESS_UNIT)
    whole = await items(unit, path)
    headers = unit.headers | {"accept": "text/csv"}
    answer = await suite.client.get(f"/escalations/v1/tracker/{path}", headers=headers)
    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert len(rows) == len(whole) > 0
    for row, one in zip(rows, whole, strict=True):
        assert {name: "" if one[name] is None else str(one[name]).lower() for name in one} == {
            name: cell.lower() for name, cell in row.items()
        }
    assert not [cell for row in rows for cell in row.values() if cell.startswith("=")]


async def test_a_table_says_that_it_goes_on(suite: Running) -> None:
    """A page of a table names the next in its Link header, which goes on with the same list and as many at a time."""
    officer = suite.person(POLICE)
    for _ in range(3):
        await officer.raised(priority="standard", priority_reason=None)
    headers = officer.headers | {"accept": "text/csv"}
    address = httpx.URL("http://test/escalations/v1/tracker/matters?show=due_next&priority=standard&limit=1")
    seen: list[str] = []
    while len(seen) < 3:
        answer = await suite.client.get(str(address.copy_with(scheme=None, host=None)), headers=headers)
        seen += [row["reference"] for row in csv.DictReader(io.StringIO(answer.text))]
        if link := answer.headers.get("link"):
            address = address.join(link.removeprefix("<").removesuffix('>; rel="next"'))
    assert (len(set(seen)), link) == (3, None)
