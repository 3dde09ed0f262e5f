"""Loading the register: all of a file or nothing, again without effect, and with every fault named."""

import csv
from datetime import timedelta
from pathlib import Path

import pytest

from services.governance.actions.domain import Status
from services.governance.app import SERVICE
from services.governance.load import AGENCY_COLUMNS, DATA
from shared.contracts import governance as events
from shared.loading import BadFile
from tests.service.governance.running import WEDNESDAY_NOON, Running

MADE_UP = {"id": "made-up-school", "name": "Made-up School", "agency_type": "school_maintained"}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where a register can be written."""
    return tmp_path / "agencies.csv"


def write(path: Path, *rows: dict[str, str]) -> None:
    """Write a register with these rows."""
    with path.open("w", encoding="utf-8", newline="") as opened:
        table = csv.DictWriter(opened, AGENCY_COLUMNS)
        table.writeheader()
        table.writerows(rows)


async def test_the_same_again_changes_nothing(suite: Running) -> None:
    before = await suite.events()
    assert await suite.load("agencies") == "Agencies: 0 new, 0 changed, 204 as they were."
    assert await suite.load("bodies") == "Bodies: 0 new, 0 changed, 26 as they were."
    assert await suite.events() == before


async def test_the_suites_own_file_leaves_what_was_changed_since(suite: Running) -> None:
    """It is loaded at every start."""
    last_day = {"effective_to": "2031-03-31", "successor_ids": ["cheshire-east-council"]}
    assert (await suite.unit.edit("/agencies/alsager-school", last_day, "end")).status_code == 200
    assert (await suite.unit.edit("/bodies/executive", {"note": "Said in the service."})).status_code == 200
    assert await suite.load("agencies") == "Agencies: 0 new, 0 changed, 204 as they were."
    assert await suite.load("bodies") == "Bodies: 0 new, 0 changed, 26 as they were."
    kept = (await suite.unit.get("/agencies/alsager-school")).json()
    assert (kept["effective_to"], kept["successor_ids"]) == ("2031-03-31", ["cheshire-east-council"])
    assert (await suite.unit.get("/bodies/executive")).json()["note"] == "Said in the service."


async def test_progress_is_told_to_the_end(suite: Running, file: Path) -> None:
    write(file, MADE_UP, MADE_UP | {"id": "another"})
    told: list[tuple[int, int]] = []
    load = SERVICE.loads["agencies"]
    await load.run(suite.runtime.database, suite.runtime.settings, file, lambda done, of: told.append((done, of)))
    assert told == [(1, 2), (2, 2), (2, 2)]


async def test_what_differs_is_changed_and_what_is_missing_stays(suite: Running, file: Path) -> None:
    with (DATA / "agencies.csv").open(encoding="utf-8", newline="") as opened:
        school = next(row for row in csv.DictReader(opened) if row["id"] == "alsager-school")
    write(file, school | {"agency_type": "academy", "unverified": ""}, MADE_UP)
    assert await suite.load("agencies", file) == "Agencies: 1 new, 1 changed, 0 as they were."
    told = (await suite.events("agency"))[-2:]
    assert [(type(event), event.subject) for event in told] == [
        (events.AgencyRegistered, "made-up-school"),
        (events.AgencyChanged, "alsager-school"),
    ]
    assert len(await suite.unit.items("/agencies")) == 205
    history = (await suite.unit.get("/agencies/alsager-school/history")).json()["items"]
    assert [version["version"] for version in history] == [2, 1]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"agency_type": "acute"}, "row 3, column agency_type: 'acute' is not one of the codes; nearest: acute_trust"),
        ({"id": "Made Up"}, "row 3, column id: 'Made Up' must be small letters, digits and single hyphens."),
        ({"id": "made-up-school"}, "row 3, column id: made-up-school stands in row 2 already."),
        ({"name": "Школа"}, "row 3, column name: Not of the Latin alphabet: "),
        ({"effective_from": "01/04/2026"}, "row 3, column effective_from: '01/04/2026' is not a date"),
        ({"successor_ids": "alsager-school"}, "row 3, column effective_to: An agency with successors has a last day."),
        (
            {"effective_to": "2026-12-31", "successor_ids": "nowhere"},
            "row 3, column successor_ids: nowhere is not in the register.",
        ),
        (
            {"effective_to": "2026-12-31", "successor_ids": "nhs-cheshire-ccg"},
            "row 3, column successor_ids: nhs-cheshire-ccg is not in effect on 2027-01-01",
        ),
        ({"possibly_same_as": "nowhere"}, "row 3, column possibly_same_as: nowhere is not in the register."),
    ],
)
async def test_a_bad_file_changes_nothing(suite: Running, file: Path, row: dict[str, str], said: str) -> None:
    write(file, MADE_UP, MADE_UP | {"id": "another"} | row)
    before = await suite.events()
    with pytest.raises(BadFile) as refused:
        await suite.load("agencies", file)
    assert str(refused.value).startswith(f"agencies.csv, {said}")
    assert await suite.events() == before
    assert (await suite.unit.get("/agencies/made-up-school")).status_code == 404


async def test_a_successor_may_come_later_in_the_file(suite: Running, file: Path) -> None:
    ending = MADE_UP | {"effective_to": "2026-08-31", "successor_ids": "made-up-academy"}
    write(file, ending, MADE_UP | {"id": "made-up-academy", "effective_from": "2026-09-01"})
    await suite.load("agencies", file)
    assert (await suite.unit.get("/agencies/made-up-academy")).json()["predecessor_ids"] == ["made-up-school"]


async def test_look_alike_letters_are_loaded_as_latin_ones(suite: Running, file: Path) -> None:
    write(file, MADE_UP | {"name": "Sсhооl"})  # three Cyrillic letters
    await suite.load("agencies", file)
    assert (await suite.unit.get("/agencies/made-up-school")).json()["name"] == "School"
    assert await suite.load("agencies", file) == "Agencies: 0 new, 0 changed, 1 as they were."


async def test_bodies_with_a_circle_are_refused(suite: Running, tmp_path: Path) -> None:
    text = (DATA / "bodies.csv").read_text(encoding="utf-8")
    file = tmp_path / "bodies.csv"
    file.write_text(
        text.replace("executive,,4,executive_member", "executive,neglect-board,4,executive_member"), "utf-8"
    )
    with pytest.raises(BadFile, match="column parent_ids: The body would report to itself"):
        await suite.load("bodies", file)


async def test_an_agency_whose_end_is_moved_is_still_to_end(suite: Running, file: Path) -> None:
    write(file, MADE_UP | {"effective_to": "2026-08-31"})
    await suite.load("agencies", file)
    await suite.at(WEDNESDAY_NOON + timedelta(minutes=1))
    write(file, MADE_UP | {"effective_to": "2026-12-31"})
    await suite.load("agencies", file)
    answer = await suite.unit.edit("/agencies/made-up-school", {"effective_to": "2027-01-31"}, "end")
    assert answer.status_code == 200


async def test_the_sandbox_is_filled_once(suite: Running) -> None:
    assert SERVICE.sandbox
    for _ in range(2):
        await SERVICE.sandbox(suite.runtime.database, suite.runtime.settings)
    unit = suite.unit
    assert len(await unit.items("/memberships")) == 29
    assert len(await unit.items("/contacts")) == 22
    assert [one["standing"] for one in await unit.items("/delegations")] == ["current"]
    assert len(await suite.events("membership")) == 29
    made_up = await unit.items("/actions")
    statuses = {one["status"] for one in made_up}
    assert statuses == set(Status)
    assert [one["theme"] for one in made_up if one["stale"]] == ["planning"]
    drifting = await unit.items("/drift")
    assert len([one for one in drifting if one["decision"]]) == 1
    assert len(drifting) == 3


async def test_every_noun_can_be_told_again(suite: Running) -> None:
    assert SERVICE.sandbox
    await SERVICE.sandbox(suite.runtime.database, suite.runtime.settings)
    told = {}
    for noun, restate in SERVICE.restates.items():
        async with suite.runtime.database.transaction() as tx:
            told[noun] = await restate(tx)
    assert told == {"agencies": 204, "bodies": 27, "memberships": 29, "contacts": 22, "delegations": 1} | {
        "plans": 2,
        "actions": 18,
        "threads": 0,  # what governance hears of others' learning is in the suite's sandbox, and not in its own alone
    }
    restated = [event for event in await suite.events() if type(event).__name__.endswith("Restated")]
    assert len(restated) == sum(told.values())
