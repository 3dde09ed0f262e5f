"""Until when matters are kept, and legal holds: what belongs to a matter follows it, whatever is added, and nobody else lifts."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from services.escalations.children.models import Child
from services.escalations.escalations.models import Escalation
from services.escalations.keeping.queries import KEEPING
from services.escalations.learning.models import LearningPoint
from services.escalations.letters.models import Letter
from services.escalations.notes.models import Note
from shared.jobs import sweep
from shared.keeping.commands import job
from shared.policy import Role
from tests.service.answering import told
from tests.service.escalations.running import COUNCIL, ICB, POLICE, WEDNESDAY_NOON, Person, Running

pytestmark = pytest.mark.anyio

V1 = "/escalations/v1"
HOLDS = f"{V1}/legal-holds"
PARTS = (Escalation, Child, LearningPoint)


async def placed(person: Person, matter: dict[str, Any], noun: str = "escalations.escalation") -> dict[str, Any]:
    """A legal hold on a matter."""
    why = {"reason": "An inquiry has begun.", "authority": "The inquiry's letter", "review_on": "2027-01-29"}
    return told(await person.create(HOLDS, matter_type=noun, matter_id=matter["id"], **why), 201)


async def lifted(person: Person, hold: dict[str, Any]) -> dict[str, Any]:
    """A hold that is over."""
    return told(await person.edit(f"{HOLDS}/{hold['id']}", {"reason": "It has reported."}, "lift"))


async def values(suite: Running, column: Any) -> set[Any]:
    """Every value of a column."""
    async with suite.runtime.database.reading() as tx:
        return set((await tx.execute(select(column))).scalars())


async def swept(suite: Running) -> None:
    """The sweep has been."""
    await sweep(suite.runtime.database, job(KEEPING))


async def closed(suite: Running, *, when: Any = WEDNESDAY_NOON) -> dict[str, Any]:
    """A matter with a child and learning, which its raiser takes back on Wednesday 7 October 2026."""
    officer = suite.person(POLICE, Role.AGENCY_LEAD)
    matter = await officer.raised(children=[{"identifiers": [{"type": "police_id", "value": "SANDBOX-0001"}]}])
    await officer.made(f"{V1}/escalations/{matter['id']}/learning", route="none", text="Nothing was to be learnt.")
    await suite.at(when)
    told(await officer.does(matter, "withdraw", reason="It was settled."))
    return matter


async def test_days_follow_the_end_the_schedule_and_the_matter(suite: Running, tmp_path: Path) -> None:
    """Nothing while it runs; then its class's period, and for what belongs to it at least as long; anew with the schedule."""
    await suite.load("retention")
    matter = await suite.person(POLICE).raised(children=[{"identifiers": [{"type": "police_id", "value": "S-1"}]}])
    await swept(suite)
    assert await values(suite, Escalation.retain_until) == await values(suite, Child.retain_until) == {None}
    told(await suite.person(POLICE).does(matter, "withdraw", reason="It was settled."))
    again = await closed(suite)
    await swept(suite)
    for table in PARTS:  # learning would have gone after ten years
        assert {str(day) for day in await values(suite, table.retain_until)} == {"2051-10-07"}, table
    unit = suite.unit
    page = await unit.read(f"{V1}/retention", retention_class="child_case")
    assert [(item["standing"], item["type"]) for item in page["items"]] == [("kept", "escalations.escalation")] * 2
    assert [(one["months"], one["verified"], one["kept"]) for one in page["classes"]] == [(300, False, 2)]
    own = tmp_path / "own.yaml"
    row = "{code: child_case, title: Cases, months: %d, source: Ours, verified: true, effective_from: 2026-10-0%d}"
    own.write_text(f"periods: [{row % (2, 1)}]")
    assert await suite.load("retention", own) == "Retention: 1 new periods of 1."
    await swept(suite)
    assert {str(day) for day in await values(suite, Escalation.retain_until)} == {"2026-12-07"}
    assert {str(day) for day in await values(suite, LearningPoint.retain_until)} == {"2036-10-07"}
    page = await unit.read(f"{V1}/retention", standing="soon")
    assert {item["id"] for item in page["items"]} == {matter["id"], again["id"]}
    assert [(one["verified"], one["soon"]) for one in page["classes"]] == [(True, 2)]
    await suite.at(WEDNESDAY_NOON + timedelta(days=61))
    assert len((await unit.read(f"{V1}/retention", standing="due"))["items"]) == 2
    async with suite.runtime.database.transaction() as tx:
        await tx.execute(update(Escalation).where(Escalation.id == again["id"]).values(withdrawn_at=None))
    await swept(suite)  # taken up again, with what belongs to it
    assert None in await values(suite, Escalation.retain_until) & await values(suite, Child.retain_until)
    assert await values(suite, LearningPoint.retain_until) == {None}
    assert {record.reason for record in await suite.access_records(again["id"]) if "retention" in record.action} == {
        None
    }


async def test_a_hold_covers_what_belongs_to_a_matter_and_what_is_added(suite: Running) -> None:
    """Two holds on one matter: it is free when the second is lifted, and so is all that belongs to it."""
    officer, unit = suite.person(POLICE, Role.AGENCY_LEAD), suite.unit
    matter = await closed(suite)
    first, second = await placed(unit, matter), await placed(officer, matter)
    assert (first["reference"], first["status"], first["agency_id"]) == (matter["reference"], "live", COUNCIL[0])
    for table in (*PARTS, Letter):
        assert await values(suite, table.legal_hold) == {True}, table
    added = f"{V1}/escalations/{matter['id']}/learning"
    await officer.made(added, route="training", text="Referrers do not know what is needed.")
    await swept(suite)
    assert await values(suite, LearningPoint.legal_hold) == {True}
    done = await lifted(unit, first)
    assert ([one["did"] for one in done["steps"]], done["status"]) == (["place", "lift"], "lifted")
    for table in PARTS:
        assert await values(suite, table.legal_hold) == {True}, table
    await lifted(officer, second)
    for table in (*PARTS, Letter):
        assert await values(suite, table.legal_hold) == {False}, table
    assert {"legal hold"} == {one.reason for one in await suite.access_records(matter["id"]) if "legal" in one.action}


async def test_who_places_sees_and_lifts(suite: Running) -> None:
    """The business unit on all, a lead on what is her agency's; each sees and ends her own agency's, those who oversee see all."""
    officer, unit, icb = (suite.person(one, Role.AGENCY_LEAD) for one in (POLICE, COUNCIL, ICB))
    matter = await closed(suite)
    why = {"reason": "An inquiry has begun.", "authority": "Its letter", "review_on": "2027-01-29"}
    wanted = {"matter_type": "escalations.escalation", "matter_id": matter["id"], **why}
    hidden = await icb.create(HOLDS, **wanted)
    assert (hidden.status_code, hidden.json()["code"]) == (404, "matter_not_found")
    for changed, path in (
        ({"matter_type": "escalations.letter"}, "matter_type"),
        ({"review_on": "2026-10-07"}, "review_on"),
    ):
        refused = await unit.create(HOLDS, **wanted | changed)
        assert (refused.status_code, refused.json()["errors"][0]["path"]) == (422, path)
    hold = await placed(officer, matter)
    assert [one["id"] for one in await suite.person(POLICE, Role.AGENCY_LEAD).items(HOLDS)] == [hold["id"]]
    assert await unit.items(HOLDS) == []
    assert (await unit.get(f"{HOLDS}/{hold['id']}")).status_code == 404
    assert len(await suite.unit.items(HOLDS, matter_id=matter["id"])) == 1
    others = await suite.unit.edit(f"{HOLDS}/{hold['id']}", {"reason": "We think so."}, "lift")
    assert (others.status_code, others.json()["code"]) == (403, "not_your_agency")
    later = await officer.edit(f"{HOLDS}/{hold['id']}", {"reason": "It goes on.", "review_on": "2027-06-30"}, "review")
    assert (told(later)["review_on"], later.headers["etag"]) == ("2027-06-30", '"2"')
    await suite.at(WEDNESDAY_NOON + timedelta(days=300))
    assert len(await suite.unit.items(HOLDS, overdue=True)) == 1
    await lifted(officer, hold)
    again = await officer.edit(f"{HOLDS}/{hold['id']}", {"reason": "Once more."}, "lift")
    assert (again.status_code, again.json()["code"]) == (409, "not_in_this_status")


async def test_a_held_note_is_not_taken_back(suite: Running) -> None:
    """Its text stays, until the hold is lifted."""
    writer, unit = suite.person(POLICE), suite.unit
    note = await writer.made(f"{V1}/notes", kind="informal", text="A call settled it.")
    hold = await placed(unit, note, "escalations.note")
    path = f"{V1}/notes/{note['id']}"
    held = await writer.edit(path, {"reason": "It was wrong."}, "retract")
    assert (held.status_code, held.json()["code"]) == (409, "legal_hold")
    assert await values(suite, Note.legal_hold) == {True}
    await lifted(unit, hold)
    assert told(await writer.edit(path, {"reason": "It was wrong."}, "retract"))["text"] is None
