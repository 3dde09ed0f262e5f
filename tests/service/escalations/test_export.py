"""The export: all that is an agency's own, in two open formats that agree, and nothing that is not."""

import csv
import hashlib
import io
import json
from functools import partial

import pytest

from services.escalations.exports.queries import PARTS
from shared.policy import Role
from tests.service import exported
from tests.service.escalations.post_office import names
from tests.service.escalations.running import COUNCIL, ICB, POLICE, SCHOOL, Running
from tests.service.escalations.test_break_glass import opened
from tests.service.escalations.test_learning import drawn
from tests.service.exported import records, whole

pytestmark = pytest.mark.anyio

NOBODYS = {"identifiers": [{"type": "police_id", "value": "SANDBOX-0009"}]}
taken_out = partial(exported.taken_out, path="/escalations/v1/export")


async def test_everything_of_ones_own(suite: Running) -> None:
    """Matters raised and received with all that belongs to them; of the others nothing."""
    await names(suite, COUNCIL)
    officer, worker = suite.person(POLICE), suite.person(COUNCIL)
    matter = await officer.raised()
    await worker.does(matter, "respond", text="No.", seniority="practitioner")
    other = await suite.person(ICB).raised(receiving_agency_id=SCHOOL[0])
    archive = await taken_out(suite.person(COUNCIL, Role.AGENCY_LEAD))
    assert [one["id"] for one in records(archive, "escalations")] == [matter["id"]]
    assert [one["did"] for one in records(archive, "history")] == ["raise", "respond"]
    assert [one["occasion"] for one in records(archive, "letters")] == ["raised"]
    assert {one["duty"] for one in records(archive, "clocks")} == {"acknowledge", "respond"}
    assert len(records(archive, "stages")) == len(records(archive, "children")) == 1
    assert other["id"] not in whole(archive)
    assert "No." in whole(archive)
    assert "SANDBOX" not in whole(archive)


async def test_people_of_others_are_left_out(suite: Running) -> None:
    """Each agency finds its own people's names beside what they did, and of the other side only the agency."""
    officer, worker = suite.person(POLICE), suite.person(COUNCIL)
    matter = await officer.raised()
    await worker.get(f"/escalations/v1/escalations/{matter['id']}")
    archive = await taken_out(suite.person(COUNCIL, Role.AGENCY_LEAD))
    (raised,) = records(archive, "history")
    assert (raised["actor"], raised["agency_id"]) == (None, POLICE[0])
    assert records(archive, "escalations")[0]["raiser"] is None
    shown = {(one["agency_id"], one["subject"]) for one in records(archive, "access_records")}
    assert shown == {(POLICE[0], None), (COUNCIL[0], "cheshire-east-council/practitioner")}
    archive = await taken_out(suite.person(POLICE, Role.AGENCY_LEAD))
    assert records(archive, "escalations")[0]["raiser"] == "cheshire-constabulary/practitioner"


async def test_where_a_matter_was_redirected_is_the_raising_agencys(suite: Running) -> None:
    """As where it is read: the other side takes out that it was, and neither why nor to where."""
    matter = await suite.person(POLICE).raised()
    unit = suite.person(COUNCIL, Role.BUSINESS_UNIT)
    assert (await unit.does(matter, "redirect", to="whistleblowing", reason="It is.")).status_code == 200
    for agency, to, text in ((POLICE, "whistleblowing", "It is."), (COUNCIL, None, None)):
        archive = await taken_out(suite.person(agency, Role.AGENCY_LEAD))
        (taken,), said = records(archive, "escalations"), records(archive, "history")[-1]
        assert (taken["status"], taken["redirected_to"]) == ("redirected", to)
        assert (said["did"], said["text"], said["facts"]) == ("redirect", text, to and {"to": to})


async def test_which_matters_belong_together(suite: Running) -> None:
    """From both sides, for whoever is party to both: the ICB's matter about the same child is none of the police's."""
    officer, worker = suite.person(POLICE), suite.person(COUNCIL)
    first, theirs = await officer.raised(), await suite.person(ICB).raised()
    back = await worker.raised(receiving_agency_id=POLICE[0], counter_to=first["id"], children=[NOBODYS])
    for agency, about in ((POLICE, set()), (COUNCIL, {(first["id"], theirs["id"]), (theirs["id"], first["id"])})):
        pairs = records(await taken_out(suite.person(agency, Role.AGENCY_LEAD)), "related")
        assert {(one["escalation_id"], one["related_id"], one["how"]) for one in pairs} == {
            (back["id"], first["id"], "counters"),
            (first["id"], back["id"], "countered_by"),
            *((one, other, "same_child") for one, other in about),
        }


async def test_what_was_opened_in_an_emergency(suite: Running) -> None:
    """Who opened takes out all that she was shown, and by whom; a party its own matter, and of others only the agency."""
    ours = await suite.person(POLICE).raised()
    theirs = await suite.person(ICB).raised(receiving_agency_id=COUNCIL[0])
    opening = (await opened(suite.person(SCHOOL))).json()
    (taken,) = records(await taken_out(suite.person(SCHOOL, Role.AGENCY_LEAD)), "openings")
    assert (taken["id"], taken["used_by"]) == (opening["id"], f"{SCHOOL[0]}/practitioner")
    assert set(taken["escalation_ids"]) == {ours["id"], theirs["id"]}
    (taken,) = records(await taken_out(suite.person(POLICE, Role.AGENCY_LEAD)), "openings")
    assert (taken["escalation_ids"], taken["agency_id"], taken["used_by"]) == ([ours["id"]], SCHOOL[0], None)
    shown = [one.record_id for one in await suite.access_records() if one.record_type == "escalations.break_glass"]
    assert shown == [opening["id"], opening["id"]]


async def test_learning_with_all_that_was_done(suite: Running) -> None:
    """By whom, where it was the own; the other party takes out the same, without the person."""
    point = await drawn(suite.person(COUNCIL), await suite.person(POLICE).raised())
    for agency, actor in ((POLICE, None), (COUNCIL, "cheshire-east-council/practitioner")):
        archive = await taken_out(suite.person(agency, Role.AGENCY_LEAD))
        assert [one["id"] for one in records(archive, "learning")] == [point["id"]]
        (step,) = records(archive, "learning_history")
        assert (step["did"], step["actor"], step["text"]) == ("draw", actor, None)


async def test_both_formats_agree_and_the_manifest_says_so(suite: Running) -> None:
    """Every part in both; the same records, columns and cells; counts and hashes as the manifest has them."""
    officer = suite.person(POLICE)
    for number in range(3):
        await officer.raised(wanted=f'"{number}", and\nmore;')
    archive = await taken_out(suite.person(POLICE, Role.AGENCY_LEAD))
    manifest = json.loads(archive.read("manifest.json"))
    assert (manifest["agency_id"], manifest["as_at"][-1]) == (POLICE[0], "Z")
    files = {one["file"]: one for one in manifest["files"]}
    assert set(files) | {"manifest.json"} == set(archive.namelist())
    assert set(files) == {f"{part.name}.{ending}" for part in PARTS for ending in ("jsonl", "csv")}
    for name, described in files.items():
        assert hashlib.sha256(archive.read(name)).hexdigest() == described["sha256"]
    for part in PARTS:
        lines = records(archive, part.name)
        heads = archive.read(f"{part.name}.csv").decode().split("\r\n")[0].split(",")
        assert heads == list(part.statement.selected_columns.keys())  # of an empty one too
        rows = list(csv.DictReader(io.StringIO(archive.read(f"{part.name}.csv").decode(), newline="")))
        assert len(lines) == len(rows) == files[f"{part.name}.csv"]["records"]
        for line, row in zip(lines, rows, strict=True):
            assert list(line) == list(row)
            for column, value in line.items():
                cell = row[column]
                if value is None or isinstance(value, str):
                    assert cell == (value or "")
                else:
                    assert json.loads(cell) == value


async def test_more_than_one_batch(suite: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many batches it takes, each record comes once."""
    monkeypatch.setattr("shared.exports.BATCH", 2)
    officer = suite.person(POLICE)
    raised = [(await officer.raised())["id"] for _ in range(5)]
    archive = await taken_out(suite.person(POLICE, Role.AGENCY_LEAD))
    assert [one["id"] for one in records(archive, "escalations")] == raised
    assert len(records(archive, "history")) == 5


async def test_all_of_it_is_as_it_stood_at_one_instant(suite: Running) -> None:
    """What comes in while an export is made is in none of its parts."""
    officer, (part, *_) = suite.person(POLICE), PARTS
    await officer.raised()
    async with suite.runtime.database.reading() as tx, tx.one_instant():
        for _ in range(2):
            found = [row async for batch in tx.batches(part.prepared, {"agency_id": POLICE[0]}, 1) for row in batch]
            assert len(found) == 1
            await officer.raised()
    assert len(records(await taken_out(suite.person(POLICE, Role.AGENCY_LEAD)), "escalations")) == 3


async def test_each_matter_taken_out_is_recorded(suite: Running) -> None:
    """As a reading of it, with the reason."""
    matter = await suite.person(POLICE).raised()
    await taken_out(suite.person(COUNCIL, Role.AGENCY_LEAD))
    found = [one for one in await suite.access_records() if one.action == "escalations.export.read"]
    assert [(one.record_id, one.view, one.reason) for one in found] == [(matter["id"], "identified", "export")]


async def test_only_a_lead_and_only_the_own(suite: Running) -> None:
    """Not a practitioner, not who oversees, and of an agency acted for nothing."""
    await suite.person(POLICE).raised(receiving_agency_id=SCHOOL[0])
    for person in (
        suite.person(POLICE),
        suite.person(COUNCIL, Role.BUSINESS_UNIT),
        suite.person(COUNCIL, Role.LI_MEMBER),
    ):
        assert (await person.get("/escalations/v1/export")).status_code == 403
    stand_in = suite.person(COUNCIL, Role.AGENCY_LEAD, acting_for=[SCHOOL[0]])
    assert records(await taken_out(stand_in), "escalations") == []
    system = suite.person(SCHOOL, Role.AGENCY_LEAD, access="application")
    assert len(records(await taken_out(system), "escalations")) == 1


async def test_an_agency_without_anything(suite: Running) -> None:
    """Gets every part, empty."""
    archive = await taken_out(suite.person(SCHOOL, Role.AGENCY_LEAD))
    assert all(records(archive, part.name) == [] for part in PARTS)
