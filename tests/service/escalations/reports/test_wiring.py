"""What the commands leave behind is what the report counts; agencies, learning and notes come into it too."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import select, update

from services.escalations.children.models import Child
from services.escalations.register.models import REGISTER
from services.escalations.reports.domain import Snapshot
from services.escalations.reports.snapshots import take
from services.escalations.rulebook import CALENDAR
from shared.calendar import Quarter
from shared.contracts.governance import AgencyRegistered, AgencySucceeded
from shared.policy import AgencyType, Role
from tests.service.escalations.running import COUNCIL, ICB, POLICE, SCHOOL, Person, Running
from tests.service.escalations.test_children import CARE_ID, POLICE_ID, child
from tests.service.escalations.test_decisions import disputed

Q2, Q3 = Quarter.parse("2026-27", "Q2"), Quarter.parse("2026-27", "Q3")
FRONT = {"seniority": "practitioner"}


async def snapshot(suite: Running, quarter: Quarter = Q3) -> Snapshot:
    """What is known now of a quarter."""
    async with suite.runtime.database.reading() as tx:
        return await take(tx, quarter, CALENDAR)


async def ok(person: Person, matter: Mapping[str, Any], action: str, **body: Any) -> dict[str, Any]:
    """Do something that is accepted."""
    answer = await person.does(matter, action, **body)
    assert answer.status_code == 200, (action, answer.text)
    found: dict[str, Any] = answer.json()
    return found


async def test_from_raising_to_closing(suite: Running) -> None:
    officer, worker = suite.person(POLICE), suite.person(COUNCIL)
    matter = await officer.raised()
    await ok(worker, matter, "respond", text="At 14:00.", **FRONT)
    await ok(officer, matter, "resolve", outcome="decision_changed", text="It took place.", **FRONT)
    assert (await snapshot(suite)).count("untold") == 1
    await ok(officer, matter, "tell", text="By telephone.", asked=False)
    await suite.at(datetime(2026, 10, 9, 12, 0, tzinfo=UTC))  # past the due instant of the answer
    await ok(officer, matter, "close", impact="safer", vignette="A plan was made and kept.")
    found = await snapshot(suite)
    assert [
        found.count(f) for f in ("opened", "resolved", "resolved_early", "told", "not_asked", "closed", "left")
    ] == [1] * 7
    assert [found.count(f) for f in ("open_at_end", "untold", "satisfied", "advances")] == [0] * 4
    assert found.count("resolved", outcome="decision_changed") == found.count("impact", impact="safer") == 1
    assert found.count("responses_due") == found.count("responses_in_time", stage="1", priority="urgent") == 1
    assert found.times[("to_resolve", ())]["median"] is not None
    assert found.plain["vignettes"] == ["A plan was made and kept."]


async def test_silence_to_the_top(suite: Running) -> None:
    await suite.person(POLICE).raised()
    await suite.at(datetime(2026, 10, 21, 12, 0, tzinfo=UTC))
    found = await snapshot(suite)
    assert [found.count("advances_silent", stage=stage) for stage in "123"] == [1, 1, 1]
    assert (found.count("matters_silent"), found.count("silent_at_last")) == (1, 1)
    assert (found.count("responses_due"), found.count("responses_late")) == (4, 4)
    assert found.count("opened", rung="neutral-casework.1.4") == 1


async def test_votes_that_do_not_come_are_not_the_challenged_agencys(suite: Running) -> None:
    await disputed(suite)
    await suite.at(datetime(2026, 10, 22, 12, 0, tzinfo=UTC))
    found = await snapshot(suite)
    assert found.count("responses_late", stage="3", agency="Police, ICB and council together") == 1
    assert found.count("responses_due", agency="Cheshire East Council") == 0


async def test_two_children_of_one_matter_who_are_one_repeat_nothing(suite: Running) -> None:
    await suite.person(POLICE).raised(children=[child(POLICE_ID), child(CARE_ID)])
    async with suite.runtime.database.transaction() as tx:
        first, second = await tx.rows(select(Child.id).order_by(Child.id))
        values = {"merged_into": second.id, "merged_at": tx.now}
        await tx.execute(update(Child).where(Child.id == first.id).values(**values))
    await suite.at(datetime(2026, 10, 9, 12, 0, tzinfo=UTC))
    assert (await snapshot(suite)).count("repeat_child") == 0
    await suite.person(POLICE).raised(children=[child(POLICE_ID)])
    assert (await snapshot(suite)).count("repeat_child") == 1


async def test_a_rejected_resolution_is_undone_and_the_earlier_quarter_keeps_what_it_knew(suite: Running) -> None:
    officer = suite.person(POLICE)
    matter = await officer.raised()
    await ok(officer, matter, "resolve", outcome="policy_gap", text="Nothing to be done.", **FRONT)
    await suite.at(datetime(2027, 1, 4, 12, 0, tzinfo=UTC))
    await ok(officer, matter, "reject", reason="Nothing has changed.")
    earlier, later = await snapshot(suite), await snapshot(suite, Q3.next())
    assert (earlier.count("resolved"), earlier.count("untold")) == (1, 1)
    assert (later.count("resolved"), later.count("untold"), later.count("open_at_end")) == (0, 0, 1)


async def test_a_quarter_knows_only_what_had_happened_before_its_end(suite: Running) -> None:
    """Resolved on its last day and told in the next: untold in the one, and told in neither of the two ways in the other."""
    officer = suite.person(POLICE)
    matter = await officer.raised()
    await suite.at(datetime(2026, 12, 31, 14, 0, tzinfo=UTC))
    await ok(officer, matter, "resolve", outcome="policy_gap", text="Nothing to be done.", seniority="director")
    assert (await snapshot(suite)).plain["oldest"] == {"reference": matter["reference"], "days": 85}
    await suite.at(datetime(2027, 1, 2, 12, 0, tzinfo=UTC))
    await ok(officer, matter, "tell", text="By telephone.", satisfied=True)
    earlier, later = await snapshot(suite), await snapshot(suite, Q3.next())
    figures = ("resolved", "told", "satisfied", "untold", "open_at_end")
    assert [earlier.count(figure) for figure in figures] == [1, 0, 0, 1, 1]
    assert [later.count(figure) for figure in figures] == [0, 0, 0, 0, 1]
    assert earlier.plain["oldest"] == {"reference": matter["reference"], "days": 86}  # at midnight, in calendar days


async def test_a_respond_clock_does_not_wait_for_an_acknowledgement(suite: Running) -> None:
    """Nobody acknowledges; the answer is due from the raising on."""
    matter = await suite.person(POLICE).raised(priority="standard")
    started = {clock["duty"]: clock["started_at"] for clock in matter["clocks"]}
    assert started == {"acknowledge": matter["raised_at"], "respond": matter["raised_at"]}


async def test_passed_on_stands_under_the_right_agency_and_waits_as_long_as_the_child(suite: Running) -> None:
    officer, worker, nurse = suite.person(POLICE), suite.person(COUNCIL), suite.person(ICB)
    matter = await officer.raised()
    await ok(worker, matter, "pass_on", receiving_agency_id=ICB[0], reason="Theirs.")
    await ok(nurse, matter, "respond", text="Ours, yes.", **FRONT)
    found = await snapshot(suite)
    there = "Nhs Cheshire And Merseyside Icb"
    assert found.count("opened", receiving=there) == found.count("passed_on", receiving=there) == 1
    assert found.count("waited") == 1
    await suite.at(datetime(2026, 10, 12, 12, 0, tzinfo=UTC))
    due = await snapshot(suite)
    assert (due.count("responses_due"), due.count("responses_in_time", agency=there)) == (1, 1)


async def test_skipped_withdrawn_redirected(suite: Running) -> None:
    officer = suite.person(POLICE)
    skipped = await officer.raised(priority="standard")
    await ok(officer, skipped, "skip", to_stage=3, reason="She is at risk tonight.", safety_action="Seen at home.")
    withdrawn = await officer.raised()
    await ok(officer, withdrawn, "withdraw", reason="Settled.")
    redirected = await officer.raised()
    await ok(suite.person(COUNCIL, Role.BUSINESS_UNIT), redirected, "redirect", to="complaint", reason="It is one.")
    found = await snapshot(suite)
    assert [found.count(f) for f in ("skipped_matters", "skipped_stages", "skipped_safely")] == [1, 1, 1]
    assert found.plain["skips"][0]["skipped"] == [2]
    assert found.count("opened", priority="standard") == 1, "as it was raised, whatever it has become"
    assert (found.count("opened"), found.count("left"), found.count("open_at_end")) == (3, 2, 1)
    assert found.count("redirected", redirected_to="complaint") == found.count("withdrawn") == 1
    assert found.count("repeat_child") == 2  # each time after one withdrawn or skipped, the same child


async def test_a_ladder_of_another_kind_is_named(suite: Running) -> None:
    await suite.person(POLICE).raised(ladder="london-casework")
    await suite.person(POLICE).raised()
    found = await snapshot(suite)
    rungs = found.titles["rung"]
    assert list(rungs) == ["london-casework.1.1", "neutral-casework.1.1"]
    assert rungs["london-casework.1.1"] == "London (version 1), 1: Practitioners"


async def test_who_is_expected_and_raised_nothing(suite: Running) -> None:
    await suite.person(POLICE).raised()
    async with suite.runtime.database.transaction() as tx:
        for event in (
            _agency("not-expected", expected=False),
            _agency("ended", ends=date(2026, 9, 30)),
            _agency("new-force"),
            _agency(POLICE[0], of=AgencySucceeded, ends=date(2026, 11, 30), heirs=("new-force",)),
        ):
            await REGISTER.keep_agency(tx, event)
    found = await snapshot(suite)
    assert [agency_id for agency_id, _ in found.plain["silent_agencies"]] == [COUNCIL[0], ICB[0], SCHOOL[0]]
    assert found.plain["expected"] == 4  # the new force speaks for the old one's matter, and the old one has ended


def _agency(
    id_: str,
    *,
    of: type[AgencyRegistered] | type[AgencySucceeded] = AgencyRegistered,
    ends: date | None = None,
    heirs: tuple[str, ...] = (),
    expected: bool = True,
) -> AgencyRegistered | AgencySucceeded:
    """What the register tells of an agency."""
    return of(
        subject=id_,
        name=id_.replace("-", " ").capitalize(),
        agency_type=AgencyType.COLLEGE,
        effective_from=date(2019, 9, 1),
        effective_to=ends,
        successor_ids=heirs,
        expected_to_raise=expected,
    )


async def test_learning_from_drawing_to_change(suite: Running) -> None:
    officer = suite.person(POLICE)
    matter = await officer.raised()
    lead = suite.person(POLICE, Role.AGENCY_LEAD)
    path = f"/escalations/v1/escalations/{matter['id']}/learning"
    body = {"route": "single_agency", "owner_agency_id": POLICE[0], "text": "Call before you write."}
    nothing = {"route": "none", "text": "Somebody looked, and there is nothing to learn."}
    await suite.client.post(path, json=nothing, headers=lead.headers | {"idempotency-key": "l0"})
    drawn = await suite.client.post(path, json=body, headers=lead.headers | {"idempotency-key": "l1"})
    assert drawn.status_code == 201, drawn.text
    point = f"/escalations/v1/learning/{drawn.json()['id']}"
    for step, said in (
        ("take", {"text": "In the briefing."}),
        ("close", {"text": "We call first now.", "changed": True}),
    ):
        etag = (await lead.get(point)).headers["etag"]
        answer = await suite.client.post(f"{point}/{step}", json=said, headers=lead.headers | {"if-match": etag})
        assert answer.status_code == 200, answer.text
    found = await snapshot(suite)
    figures = ("learning", "learning_taken", "learning_closed", "learning_changed")
    assert [found.count(f, route="single_agency") for f in figures] == [1] * 4
    assert found.count("learning") == 1, "the route “none” is no learning"
    assert found.count("taken_in_quarter") == found.count("closed_in_quarter") == 1
    assert found.plain["changes"] == ["We call first now."]


async def test_notes_are_counted_apart_and_not_once_taken_back(suite: Running) -> None:
    lead = suite.person(POLICE, Role.AGENCY_LEAD)
    for number, kind in enumerate(("informal", "good_practice", "informal")):
        body = {
            "kind": kind,
            "theme": "roles",
            "text": "Settled by talking.",
            "happened_on": "2026-10-06",
            "about_agency_ids": [],
        }
        answer = await suite.client.post(
            "/escalations/v1/notes", json=body, headers=lead.headers | {"idempotency-key": f"n{number}"}
        )
        assert answer.status_code == 201, answer.text
    note = answer.json()
    etag = (await lead.get(f"/escalations/v1/notes/{note['id']}")).headers["etag"]
    taken = await suite.client.post(
        f"/escalations/v1/notes/{note['id']}/retract",
        json={"reason": "Twice."},
        headers=lead.headers | {"if-match": etag},
    )
    assert taken.status_code == 200, taken.text
    found = await snapshot(suite)
    assert POLICE[0] in {agency_id for agency_id, _ in found.plain["silent_agencies"]}, "a note saves nobody"
    where = "Cheshire Constabulary"
    assert (found.count("informal_notes", agency=where), found.count("good_practice", agency=where)) == (1, 1)
    assert found.count("opened") == 0
