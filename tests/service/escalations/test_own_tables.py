"""Agencies' own tables of running escalations: brought in whole and once, or refused by row and column and not at all."""

import asyncio
import csv
from pathlib import Path
from typing import Any

import pytest

from services.escalations.load import LOADS
from services.escalations.own_tables import COLUMNS
from shared.child_records.commands import hold
from shared.children import IdentifierType
from shared.loading import BadFile
from shared.policy import Role
from tests.service.escalations.reports.test_wiring import snapshot
from tests.service.escalations.running import COUNCIL, POLICE, SCHOOL, Running
from tests.service.escalations.test_export import taken_out
from tests.service.exported import records

pytestmark = pytest.mark.anyio

ROW = {
    "own_reference": "NICHE/1",
    "raised_at": "2026-09-28 09:30",
    "kind": "casework",
    "raising_agency_id": POLICE[0],
    "receiving_agency_id": COUNCIL[0],
    "raiser_role": "Detective sergeant",
    "priority": "standard",
    "primary_theme": "drift_and_delay",
    "secondary_themes": "information_sharing; roles",
    "summary": "Nothing has happened since the conference.",
    "wanted": "A date for the core group.",
    "identifiers": "police_id: SANDBOX-0001; social_care_id: SANDBOX-0002",
    "age_band": "10_to_15",
    "level_of_need": "complex",
    "statuses": "child_protection",
    "stage": "2",
}


def table(folder: Path, *rows: dict[str, str], columns: tuple[str, ...] = COLUMNS) -> Path:
    """A file with these rows."""
    path = folder / "running.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns, restval="", extrasaction="ignore")
        writer.writeheader()
        writer.writerows(ROW | row for row in rows)
    return path


async def brought_in(suite: Running, path: Path) -> str:
    """What loading the file says."""
    runtime = suite.runtime
    return await LOADS["escalations"].run(runtime.database, runtime.settings, path, lambda done, total: None)


async def matters(suite: Running) -> list[dict[str, Any]]:
    """The police's matters, whole."""
    officer = suite.person(POLICE)
    listed = (await officer.get("/escalations/v1/escalations")).json()["items"]
    return [(await officer.get(f"/escalations/v1/escalations/{one['id']}")).json() for one in listed]


async def test_brought_in_where_it_stands(suite: Running, tmp_path: Path) -> None:
    """Raised on its own day, at its own stage, and its clocks begin now: no silence is made up for the time before."""
    said = await brought_in(suite, table(tmp_path, {"priority": "Standard", "primary_theme": "Drift and delay"}))
    assert said == "Escalations: 1 brought in of 1; the others were there."
    (matter,) = await matters(suite)
    assert (matter["priority"], matter["primary_theme"]) == ("standard", "drift_and_delay")
    assert (matter["status"], matter["stage_order"]) == ("open", 2)
    assert matter["raised_at"] == "2026-09-28T08:30:00Z"
    assert matter["due_at"] == "2026-10-14T16:00:00Z"
    assert [stage["opened_by"] for stage in matter["stages"]] == ["bring_in"]
    (child,) = matter["children"]
    assert (child["age_band"], len(child["identifiers"])) == ("10_to_15", 2)
    assert matter["secondary_themes"] == ["information_sharing", "roles"]
    answer = await suite.person(COUNCIL).does(matter, "respond", text="On Friday.", seniority="team_manager")
    assert answer.status_code == 200
    assert await suite.outbox() == ["escalation.raised.v1", "escalation.responded.v1"]


async def test_the_report_counts_it_at_the_stage_to_which_it_was_brought_in(suite: Running, tmp_path: Path) -> None:
    await brought_in(suite, table(tmp_path, {"raised_at": "2026-10-05 09:30"}))
    assert (await snapshot(suite)).count("opened", rung="neutral-casework.1.2") == 1


async def test_answered_already(suite: Running, tmp_path: Path) -> None:
    """What has its answer waits for the raiser, and no clock runs."""
    await brought_in(suite, table(tmp_path, {"answered": "yes"}))
    (matter,) = await matters(suite)
    assert (matter["status"], matter["due_at"], matter["overdue"]) == ("responded", None, False)
    assert {(clock["late"], clock["stopped_at"] is None) for clock in matter["clocks"]} == {(None, False)}
    lead = suite.person(POLICE)
    answer = await lead.does(matter, "resolve", outcome="new_plan_or_meeting", text="Held.", seniority="team_manager")
    assert answer.status_code == 200


async def test_twice_changes_nothing(suite: Running, tmp_path: Path) -> None:
    """The same file again, and a longer one: what is there stays as it is."""
    await brought_in(suite, table(tmp_path, {}))
    before = await matters(suite)
    said = await brought_in(
        suite, table(tmp_path, {"summary": "Changed."}, {"own_reference": "NICHE/2", "raised_at": "2026-09-29"})
    )
    assert said == "Escalations: 1 brought in of 2; the others were there."
    newer, older = await matters(suite)
    assert [older] == before
    assert newer["raised_at"] == "2026-09-29T08:00:00Z"


async def test_several_children(suite: Running, tmp_path: Path) -> None:
    """A bar before each further child."""
    await brought_in(suite, table(tmp_path, {"identifiers": "police_id:SANDBOX-1 | police_id:SANDBOX-2"}))
    (matter,) = await matters(suite)
    assert len(matter["children"]) == 2


@pytest.mark.parametrize(
    ("changes", "column", "said"),
    [
        ({"raised_at": "28/09/2026"}, "raised_at", "Write it as 2026-10-06 09:30"),
        ({"raised_at": "2027-01-01"}, "raised_at", "now or before now"),
        ({"raising_agency_id": "nobody"}, "raising_agency_id", "The register has no agency"),
        ({"raising_agency_id": ""}, "raising_agency_id", "Name the agency"),
        ({"receiving_agency_id": ""}, "receiving_agency_id", "Name the receiving agency"),
        ({"receiving_agency_id": POLICE[0]}, "receiving_agency_id", "practice alert"),
        ({"primary_theme": "weather"}, "primary_theme", "Write one of these"),
        ({"priority": ""}, "priority", "This is needed"),
        ({"priority": "immediate"}, "safety_action", "keep the child safe"),
        ({"secondary_themes": "weather"}, "secondary_themes", "Write one of these"),
        ({"secondary_themes": "drift_and_delay"}, "secondary_themes", "Name each theme once"),
        ({"identifiers": "SANDBOX-0001"}, "identifiers", "Write each as its kind and itself"),
        ({"identifiers": ""}, "identifiers", "This may not be empty"),
        ({"identifiers": "nhs_number:9.99E+09"}, "identifiers", "has shortened this number"),
        ({"identifiers": "nhs_number:999 000 0018; nhs_number:9990000026"}, "identifiers", "this is a second"),
        ({"identifiers": "niche:SANDBOX-0001"}, "identifiers", "Write one of these"),
        ({"identifiers": "police_id:SANDBOX-1 | police_id:SANDBOX 1"}, "identifiers", "stands in the list already"),
        ({"identifiers": "police_id:SANDBOX-1; nhs_number:999 000 0081"}, "identifiers", "nobody's NHS number"),
        ({"ladder": "Neutral!"}, "ladder", "as cheshire-east-council"),
        ({"age_band": "12"}, "age_band", "Write one of these"),
        ({"statuses": "happy"}, "statuses", "Write one of these"),
        ({"stage": "9"}, "stage", "has stages 1 to 4"),
        ({"stage": "second"}, "stage", "whole number"),
        ({"answered": "perhaps"}, "answered", "yes or no"),
        ({"ladder": "jacobs"}, "ladder", "No such ladder"),
        ({"summary": ""}, "summary", "This is needed"),
        ({"summary": "Amy Pond was seen."}, "summary", "seems to hold a name"),
        ({"own_reference": ""}, "own_reference", "must not be empty"),
        ({"own_reference": "Amy Pond"}, "own_reference", "seems to hold a name"),
    ],
)
async def test_refused_by_row_and_column(
    suite: Running, tmp_path: Path, changes: dict[str, str], column: str, said: str
) -> None:
    """The first row is right and the second is not: the place and the cure are said, and nothing is brought in."""
    path = table(tmp_path, {"own_reference": "NICHE/0", "identifiers": "police_id:SANDBOX-9"}, changes)
    with pytest.raises(BadFile) as refusal:
        await brought_in(suite, path)
    assert f"running.csv, row 3, column {column}: " in str(refusal.value)
    assert said in str(refusal.value)
    assert not any(secret in str(refusal.value) for secret in ("SANDBOX", "Amy"))
    assert await matters(suite) == []
    assert await suite.outbox() == []


async def test_every_fault_at_once(suite: Running, tmp_path: Path) -> None:
    """Several rows with faults are all named, of cells as of rules; and one reference that stands twice."""
    path = table(tmp_path, {"raised_at": "2027-01-01"}, {"own_reference": "2", "stage": "9"}, {"own_reference": "2"})
    with pytest.raises(BadFile) as refusal:
        await brought_in(suite, path)
    for told in ("3 cells", "row 2, column raised_at", "row 3, column stage", "row 4, column own_reference"):
        assert told in str(refusal.value)


async def test_other_columns(suite: Running, tmp_path: Path) -> None:
    """A table with other headings is refused before any row is read."""
    with pytest.raises(BadFile, match="not known: surname"):
        await brought_in(suite, table(tmp_path, {}, columns=(*COLUMNS, "surname")))


async def test_read_again_is_believed_and_immediate_is_quarantined(suite: Running, tmp_path: Path) -> None:
    """As when it is raised over the interface."""
    named = {"summary": "Amy Pond was seen."}
    urgent = {"priority": "immediate", "safety_action": "Police protection."}
    rows = (named | {"text_checked": "yes"}, named | urgent | {"own_reference": "2"})
    await brought_in(suite, table(tmp_path, *rows))
    assert sorted(matter["quarantined"] for matter in await matters(suite)) == [False, True]


async def test_another_agency_may_use_the_same_reference(suite: Running, tmp_path: Path) -> None:
    """References are each agency's own; the export gives them back to it alone."""
    other = {"raising_agency_id": SCHOOL[0], "raised_at": "2026-09-30"}
    await brought_in(suite, table(tmp_path, {}, other))
    assert len(await matters(suite)) == 1
    theirs, ours = (
        await taken_out(suite.person(COUNCIL, Role.AGENCY_LEAD)),
        await taken_out(suite.person(POLICE, Role.AGENCY_LEAD)),
    )
    assert records(theirs, "own_references") == []
    assert [one["own_reference"] for one in records(ours, "own_references")] == ["NICHE/1"]


async def test_waits_for_a_child_without_keeping_the_numbers(suite: Running, tmp_path: Path) -> None:
    """Children are taken before numbers, as whoever raises takes them: else two could each have what the other needs."""
    held = {"own_reference": "NICHE/2", "identifiers": "police_id: SANDBOX-0009"}
    async with suite.runtime.database.transaction() as tx:
        await hold(tx, [(IdentifierType.POLICE_ID, "SANDBOX-0009")], suite.runtime.pseudonyms)
        loading = asyncio.create_task(brought_in(suite, table(tmp_path, {}, held)))
        await asyncio.sleep(0.3)  # it has come as far as it can
        async with asyncio.timeout(3):
            await suite.person(POLICE).raised()
        assert not loading.done()
    assert await loading == "Escalations: 2 brought in of 2; the others were there."
