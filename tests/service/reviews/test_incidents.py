"""Incidents over HTTP: who brings and sees them, the council's clock, the three's decision, and that nothing blocks the council."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.policy import Access, Role
from tests.service.reviews.cases import THREE, at, child, delegate, lead, referred, votes
from tests.service.reviews.running import COUNCIL, ICB, OUTSIDE, POLICE, SCHOOL, TRUST, Running

pytestmark = pytest.mark.anyio

FIVE_WORKING_DAYS_ON = "2026-10-13T16:00:00Z"  # from Tuesday 6 October 2026
FROM_TODAY = "2026-10-14T16:00:00Z"


async def events(suite: Running, incident: dict[str, Any]) -> list[str]:
    return [row.type.split(".", 1)[1] for row in await suite.told(incident["id"])]


async def proposed(suite: Running, incident: dict[str, Any]) -> str:
    """The joint decision whether it need not be notified."""
    answer = await delegate(suite, ICB).did(at(incident), "propose", reason="A medical cause was found.")
    decision: str = answer["decision_id"]
    return decision


# Who brings a case, and who sees it.


async def test_any_agency_refers_and_the_councils_time_runs(suite: Running) -> None:
    incident = await referred(suite, SCHOOL, causes=[{"type": "escalations.escalation", "id": "0192"}])
    assert incident["reference"].startswith("SI-2627-")
    assert (incident["status"], incident["due_at"]) == ("considered", FIVE_WORKING_DAYS_ON)
    seen = await lead(suite, COUNCIL).read(at(incident))
    starts = {one["start"]: (one["due"], one["chosen"]) for one in seen["clock"]["candidates"]}
    assert starts == {
        "awareness": (FIVE_WORKING_DAYS_ON, True),
        "referral": ("2026-10-14T16:00:00Z", False),
    }
    assert seen["clock"]["rule"] == "serious_incident_notification/1"
    [told] = await suite.told(incident["id"])
    assert told.data["concerned_agency_ids"] == sorted([*(one[0] for one in THREE), SCHOOL[0]])
    assert told.causes == [{"type": "escalations.escalation", "id": "0192"}]
    assert "MADE-UP" not in str(told.data)
    assert "infant" not in str(told.data)


async def test_the_three_see_who_the_child_is_and_those_who_oversee_do_not(suite: Running) -> None:
    incident = await referred(suite)
    for agency in THREE:
        seen = await delegate(suite, agency).read(at(incident))
        assert (seen["view"], len(seen["children"][0]["identifiers"])) == ("identified", 1)
    for role, agency in (
        (Role.LI_MEMBER, TRUST),
        (Role.BUSINESS_UNIT, COUNCIL),
        (Role.SCRUTINEER, OUTSIDE),
    ):
        seen = await suite.person(agency, role).read(at(incident))
        assert (seen["view"], seen["children"][0]["identifiers"]) == ("pseudonymised", None)
        assert seen["children"][0]["pseudonym"]
    shown = await suite.access_records(incident["id"])
    assert {(row.agency_id, row.view) for row in shown} >= {
        (ICB[0], "identified"),
        (TRUST[0], "pseudonymised"),
    }


async def test_others_do_not_know_that_there_is_one(suite: Running) -> None:
    incident = await referred(suite)
    for who in (lead(suite, SCHOOL), suite.person(TRUST, Role.AGENCY_LEAD)):
        assert (await who.get(at(incident))).status_code == 404
        assert incident["id"] not in [one["id"] for one in await who.items("/incidents", limit=200)]
    assert (await suite.person(POLICE, Role.PANEL_MEMBER).get(at(incident))).status_code == 403


async def test_who_referred_it_sees_its_own_referral_and_what_became_of_it(suite: Running) -> None:
    """Not who else referred it, nor what the three think; for whoever recorded the case, the case itself."""
    first, second = await referred(suite, SCHOOL), await referred(suite, TRUST)
    await lead(suite, COUNCIL).did(at(second), "join", joined_to=first["id"], reason="The same child, the same day.")
    await delegate(suite, POLICE).did(at(first), "give_view", opinion="notify", text="It meets the criteria.")
    text = "Neglect is suspected."
    await lead(suite, COUNCIL).made(f"{at(first)}/notify", text=text)
    for agency, knows in ((SCHOOL, True), (TRUST, False)):
        seen = await lead(suite, agency).read(at(first))
        assert (seen["status"], seen["decision_reason"]) == ("notified", text)
        assert [one["agency_id"] for one in seen["referrals"]] == [agency[0]]
        assert (seen["summary"] is not None, bool(seen["children"])) == (knows, knows)
        assert (seen["partner_views"], seen["forms"], seen["clock"]) == ([], [], None)
        assert (await lead(suite, agency).read(f"{at(first)}/history"))["items"] == []
    joined = await lead(suite, TRUST).read(at(second))
    assert (joined["status"], joined["joined_to"]) == ("joined", first["id"])
    told = (await suite.told(first["id"]))[-1]
    assert {SCHOOL[0], TRUST[0]} <= set(told.data["concerned_agency_ids"])
    again = await lead(suite, COUNCIL).does(at(second), "join", joined_to=first["id"], reason="Again.")
    assert again.json()["code"] == "not_in_this_status"


@pytest.mark.parametrize("other", ["itself", "nothing"])
async def test_an_incident_joins_another_that_there_is(suite: Running, other: str) -> None:
    incident = await referred(suite)
    joined_to = incident["id"] if other == "itself" else "00000000-0000-7000-8000-000000000000"
    answer = await lead(suite, COUNCIL).does(at(incident), "join", joined_to=joined_to, reason="The same.")
    assert (answer.status_code, answer.json()["errors"][0]["path"]) == (422, "joined_to")


async def test_harmed_siblings_share_an_incident_and_a_child_may_be_in_two(suite: Running) -> None:
    known = child()
    first = await referred(suite, children=[known, child("died")])
    second = await referred(suite, children=[known])
    council = lead(suite, COUNCIL)
    pseudonyms = [[one["pseudonym"] for one in (await council.read(at(of)))["children"]] for of in (first, second)]
    assert pseudonyms[0][0] == pseudonyms[1][0]
    assert (first["harm"], second["harm"]) == ("died", "seriously_harmed")
    twice = await council.does(at(first), "amend", children=[known], reason="She was there too.")
    assert (twice.status_code, twice.json()["errors"][0]["path"]) == (422, "children.0")


async def test_a_child_of_whom_no_number_is_known_can_be_referred(suite: Running) -> None:
    incident = await referred(suite, children=[child() | {"identifiers": []}, child() | {"identifiers": []}])
    seen = await lead(suite, COUNCIL).read(at(incident))
    assert [(one["number"], one["pseudonym"]) for one in seen["children"]] == [(1, None), (2, None)]


async def test_nobody_refers_for_an_agency_that_is_not_hers(suite: Running) -> None:
    body = {"agency_id": SCHOOL[0], "text": "We think so.", "summary": "An injury.", "abuse": "suspected"}
    answer = await lead(suite, TRUST).create("/incidents", **body)
    assert (answer.status_code, answer.json()["code"]) == (403, "not_your_agency")
    made = await suite.unit.made("/incidents", source="child_death_overview_panel", **body)
    assert made["referrals"][0]["source"] == "child_death_overview_panel"


async def test_a_system_files_and_reads_and_decides_nothing(suite: Running) -> None:
    system = suite.person(POLICE, Role.AGENCY_LEAD, access=Access.APPLICATION)
    body = {"text": "We think so.", "summary": "An injury.", "abuse": "suspected"}
    made = await system.made("/incidents", **body)
    assert (await system.get(at(made))).status_code == 200
    assert (await system.does(at(made), "amend", reason="We know more.")).status_code == 403


# The clock.


async def test_the_clock_is_counted_from_another_start_with_its_reason_and_an_approver_where_it_is_later(
    suite: Running,
) -> None:
    incident = await referred(suite)
    council = suite.person(COUNCIL, Role.DELEGATED_PARTNER, subject="a chooser")
    chosen = {"start": "referral", "reason": "Until then it was a medical matter."}
    alone = await council.does(at(incident), "choose_start", **chosen)
    assert (alone.status_code, alone.json()["errors"][0]["path"]) == (422, "approved_by")
    approver = "00000000-0000-7000-8000-0000000000aa"
    after = await council.did(at(incident), "choose_start", **chosen, approved_by=approver)
    clock = after["clock"]
    assert (after["due_at"], clock["chosen_by"], clock["chosen_why"]) == (
        "2026-10-14T16:00:00Z",
        "a chooser",
        chosen["reason"],
    )
    assert [(one["target"], one["approver"]) for one in clock["dates"]] == [
        (FIVE_WORKING_DAYS_ON, None),
        ("2026-10-14T16:00:00Z", approver),
    ]
    unknown = await council.does(at(incident), "choose_start", start="suspicion", reason="It was suspected later.")
    assert unknown.json()["errors"][0]["code"] == "unknown_start"


async def test_an_earlier_start_needs_nobody(suite: Running) -> None:
    incident = await referred(suite)
    given = {"start": "awareness", "reason": "The front door knew.", "council_aware_at": "2026-10-01T09:00:00Z"}
    after = await lead(suite, COUNCIL).did(at(incident), "choose_start", **given)
    assert after["due_at"] == "2026-10-08T16:00:00Z"
    others = await lead(suite, POLICE).does(at(incident), "choose_start", **given)
    assert (others.status_code, others.json()["code"]) == (403, "not_the_council")


@pytest.mark.parametrize("field", ["council_aware_at", "abuse_suspected_at"])
@pytest.mark.parametrize(
    ("instant", "code"), [("2026-12-24T12:00:00Z", "future"), ("1999-01-01T12:00:00Z", "too_early")]
)
async def test_what_has_happened_lies_behind(suite: Running, field: str, instant: str, code: str) -> None:
    body = {"text": "We think so.", "summary": "An injury.", "abuse": "suspected", field: instant}
    answer = await lead(suite, POLICE).create("/incidents", **body)
    assert [(one["path"], one["code"]) for one in answer.json()["errors"]] == [(field, code)]


# What becomes known.


async def test_a_near_miss_waits_for_nothing_until_it_turns_out_graver(suite: Running) -> None:
    incident = await referred(suite, children=[child("near_miss")])
    assert (incident["status"], incident["due_at"], incident["clock"]) == ("near_miss", None, None)
    assert "review may be held" in incident["duty"]["in_words"]
    after = await lead(suite, POLICE).did(
        at(incident), "amend", harms=[{"number": 1, "harm": "died"}], reason="The child has died."
    )
    assert (after["status"], after["harm"], after["due_at"]) == ("considered", "died", FROM_TODAY)
    assert await events(suite, incident) == ["incident.recorded.v1", "incident.amended.v1"]
    steps = await lead(suite, POLICE).read(f"{at(incident)}/history")
    assert [one["did"] for one in steps["items"]] == ["record", "amend", "reclassify"]
    wrong = await lead(suite, POLICE).does(
        at(incident), "amend", harms=[{"number": 9, "harm": "died"}], reason="The child has died."
    )
    assert wrong.json()["errors"][0]["code"] == "unknown_child"


async def test_views_are_the_threes_and_a_change_of_mind_shows(suite: Running) -> None:
    incident = await referred(suite)
    for opinion in ("not_yet", "notify"):
        after = await delegate(suite, ICB).did(at(incident), "give_view", opinion=opinion)
    assert [(one["partner"], one["opinion"]) for one in after["partner_views"]] == [
        ("icb", "not_yet"),
        ("icb", "notify"),
    ]


# Not to notify.


async def test_all_three_decide_that_it_is_not_notified_and_who_referred_it_hears_why(suite: Running) -> None:
    incident = await referred(suite, SCHOOL)
    decision = await proposed(suite, incident)
    reached = await votes(suite, decision, "do_not_notify", *THREE)
    assert (reached["status"], reached["choice"]) == ("reached", "do_not_notify")
    seen = await lead(suite, SCHOOL).read(at(incident))
    assert (seen["status"], seen["due_at"]) == ("not_notified", None)
    assert seen["decision_reason"].count("It is not notified. We think: do not notify.") == 3
    assert (await events(suite, incident))[-1] == "incident.not_notified.v1"


async def test_two_votes_are_not_three(suite: Running) -> None:
    incident = await referred(suite)
    open_ = await votes(suite, await proposed(suite, incident), "do_not_notify", COUNCIL, POLICE)
    assert (open_["status"], open_["missing"]) == ("open", ["icb"])
    seen = await lead(suite, POLICE).read(at(incident))
    assert (seen["status"], seen["due_at"]) == ("considered", FIVE_WORKING_DAYS_ON)


async def test_one_dissent_and_the_duty_stands(suite: Running) -> None:
    incident = await referred(suite)
    decision = await proposed(suite, incident)
    await votes(suite, decision, "do_not_notify", COUNCIL)
    stands = await votes(suite, decision, "notify", ICB)
    assert (stands["status"], stands["in_words"]) == (
        "stands",
        "Nothing was decided. The council's duty to notify stands.",
    )
    seen = await lead(suite, POLICE).read(at(incident))
    assert (seen["status"], seen["due_at"]) == ("considered", FIVE_WORKING_DAYS_ON)
    assert (await events(suite, incident))[-1] == "incident.duty_stands.v1"


async def test_the_death_of_a_looked_after_child_is_nobodys_to_decide(suite: Running) -> None:
    incident = await referred(suite, abuse="not_suspected", children=[child("died", looked_after=True)])
    answer = await delegate(suite, ICB).does(at(incident), "propose", reason="It was an illness.")
    assert (answer.status_code, answer.json()["code"]) == (409, "must_be_notified")
    assert "looked-after child has died" in answer.json()["detail"]
    assert incident["duty"]["always"]
    notified = await lead(suite, COUNCIL).made(f"{at(incident)}/notify")
    assert (notified["status"], notified["review_needed"]) == ("notified", False)


async def test_what_the_law_decides_in_the_end_is_not_for_the_three(suite: Running) -> None:
    """That a child who died was looked after takes their question back, and undoes what they have decided."""
    incident = await referred(suite, children=[child("died")])
    decision = await proposed(suite, incident)
    await votes(suite, decision, "do_not_notify", COUNCIL, ICB)
    looked_after = {"harms": [{"number": 1, "looked_after": True}], "reason": "Another council's care order."}
    await lead(suite, COUNCIL).did(at(incident), "amend", **looked_after)
    assert (await delegate(suite, POLICE).read(f"/joint-decisions/{decision}"))["status"] == "withdrawn"
    binding = await lead(suite, COUNCIL).read(at(incident))
    assert (binding["status"], binding["duty"]["always"]) == ("considered", True)

    spared = await referred(suite, SCHOOL)
    await votes(suite, await proposed(suite, spared), "do_not_notify", *THREE)
    await suite.at(datetime(2026, 11, 6, 12, 0, tzinfo=UTC))
    graver = {"harms": [{"number": 1, "harm": "died"}], "reason": "The child has died."}
    again = await lead(suite, COUNCIL).did(at(spared), "amend", **graver)
    assert (again["status"], again["decided_at"], again["overdue"]) == ("considered", None, False)
    assert [one["start"] for one in again["clock"]["candidates"]] == ["awareness"]
    assert again["due_at"] == "2026-11-13T17:00:00Z"


async def test_what_becomes_known_after_the_notification_is_not_lost(suite: Running) -> None:
    incident = await referred(suite, abuse="not_suspected", children=[child("died", looked_after=True)])
    notified = await lead(suite, COUNCIL).made(f"{at(incident)}/notify")
    assert (notified["review_needed"], notified["due_at"]) == (False, None)
    sibling = {"children": [child()], "abuse": "suspected", "reason": "A sibling was harmed by the same hand."}
    more = await lead(suite, COUNCIL).did(at(incident), "amend", **sibling)
    assert (more["review_needed"], more["due_at"], more["late"]) == (True, FROM_TODAY, False)
    assert "a form of its own" in more["duty"]["in_words"]
    [waits] = await lead(suite, COUNCIL).items("/waits", what="notification")
    assert waits["id"] == incident["id"]
    again = await lead(suite, COUNCIL).made(f"{at(incident)}/notify")
    assert (len(again["forms"]), again["due_at"]) == (2, None)


async def test_the_three_are_asked_once_at_a_time(suite: Running) -> None:
    incident = await referred(suite)
    await proposed(suite, incident)
    again = await delegate(suite, POLICE).does(at(incident), "propose", reason="A medical cause was found.")
    assert again.json()["code"] == "asked_already"
    assert (await lead(suite, POLICE).does(at(incident), "propose", reason="So we ask.")).status_code == 403


# Nothing blocks the council.


async def test_a_dissent_does_not_block_the_council(suite: Running) -> None:
    """Not the others' votes, open or cast, not their decision, not a version that somebody else has changed."""
    incident = await referred(suite)
    decision = await proposed(suite, incident)
    await votes(suite, decision, "do_not_notify", ICB, POLICE)
    notified = await lead(suite, COUNCIL).made(f"{at(incident)}/notify")
    assert (notified["status"], notified["late"], notified["due_at"]) == ("notified", False, None)
    seen = await delegate(suite, ICB).read(f"/joint-decisions/{decision}")
    assert (seen["status"], seen["end_reason"]) == ("withdrawn", "The council has notified the national Panel.")
    assert len(seen["rounds"][0]["votes"]) == 2
    late = await delegate(suite, COUNCIL).create(
        f"/joint-decisions/{decision}/vote", round=1, choice="do_not_notify", reason="Too late."
    )
    assert late.json()["code"] == "decision_over"


async def test_a_decision_of_all_three_does_not_block_it_either(suite: Running) -> None:
    incident = await referred(suite)
    await votes(suite, await proposed(suite, incident), "do_not_notify", *THREE)
    notified = await lead(suite, COUNCIL).made(f"{at(incident)}/notify", text="New findings.")
    assert (notified["status"], notified["decision_reason"]) == ("notified", "New findings.")


async def test_a_text_in_doubt_does_not_block_it_and_is_for_the_three_alone(suite: Running) -> None:
    incident = await referred(suite, SCHOOL, children=[], happened_on=None)
    text = "Jane Smith of 12 High Street was harmed."
    assert (await lead(suite, COUNCIL).does(at(incident), "amend", reason=text)).status_code == 422
    notified = await lead(suite, COUNCIL).made(f"{at(incident)}/notify", text=text)
    assert notified["forms"][0]["text"] == text
    assert "Jane" not in (await suite.unit.get(at(incident))).text
    assert "Jane" not in (await lead(suite, SCHOOL).get(at(incident))).text
    assert "Jane" not in str([row.data for row in await suite.told(incident["id"])])


async def test_the_council_alone_notifies(suite: Running) -> None:
    incident = await referred(suite, SCHOOL)
    for agency in (SCHOOL, POLICE, ICB):
        answer = await lead(suite, agency).create(f"{at(incident)}/notify")
        assert (answer.status_code, answer.json()["code"]) == (403, "not_the_council")
    assert (await suite.unit.create(f"{at(incident)}/notify")).status_code == 201


async def test_one_form_for_each_who_died_acknowledged_and_withdrawn(suite: Running) -> None:
    incident = await referred(suite, children=[child("died"), child("died"), child()])
    council = lead(suite, COUNCIL)
    notified = await council.made(f"{at(incident)}/notify", submitted_at="2026-10-07T08:00:00Z")
    assert [one["children"] for one in notified["forms"]] == [[1], [2], [3]]
    assert notified["clock"]["stopped"] == "2026-10-07T08:00:00Z"
    again = await council.create(f"{at(incident)}/notify")
    assert (again.status_code, again.json()["code"]) == (409, "nothing_to_notify")
    after = await council.did(at(incident), "acknowledge", form=2, panel_reference="CSPR-17")
    assert (after["status"], after["forms"][1]["panel_reference"]) == ("acknowledged", "CSPR-17")
    wrong = await council.does(at(incident), "acknowledge", form=9, panel_reference="CSPR-18")
    assert wrong.json()["errors"][0]["code"] == "unknown_form"
    await council.did(at(incident), "amend", children=[child("died")], reason="Another child has died.")
    more = await council.made(f"{at(incident)}/notify")
    assert [one["children"] for one in more["forms"]] == [[1], [2], [3], [4]]
    withdrawn = await council.did(at(incident), "withdraw", reason="A medical cause was found for all.")
    assert withdrawn["status"] == "withdrawn"
    assert all(one["withdrawn_at"] for one in withdrawn["forms"])
    assert not withdrawn["review_needed"]
    once_more = await council.made(f"{at(incident)}/notify")
    assert once_more["status"] == "notified"
    assert len(once_more["forms"]) == 8


async def test_a_move_needs_the_version_that_was_read(suite: Running) -> None:
    incident = await referred(suite)
    stale = await lead(suite, COUNCIL).does(at(incident), "amend", etag='"0"', reason="We know more.")
    assert stale.status_code == 412


# Lists and years.


async def test_the_list_is_narrowed(suite: Running) -> None:
    council = lead(suite, COUNCIL)
    for agency in (POLICE, SCHOOL, POLICE):
        incident = await referred(suite, agency)
    await council.made(f"{at(incident)}/notify")
    every = await council.items("/incidents", limit=2)
    assert [one["id"] for one in every] == sorted((one["id"] for one in every), reverse=True)
    for status in {one["status"] for one in every}:
        found = await council.items("/incidents", status=status, limit=200)
        assert [one["id"] for one in found] == [one["id"] for one in every if one["status"] == status]
    assert await council.items("/incidents", overdue=True) == []
    school = await lead(suite, SCHOOL).items("/incidents")
    assert 0 < len(school) < len(every)


async def test_time_runs_out_and_is_told_once(suite: Running) -> None:
    incident = await referred(suite)
    await suite.at(datetime(2026, 10, 13, 16, 0, tzinfo=UTC) + timedelta(minutes=1))
    await suite.at(datetime(2026, 10, 20, 16, 0, tzinfo=UTC))
    assert (await events(suite, incident)).count("incident.overdue.v1") == 1
    overdue = await lead(suite, COUNCIL).items("/incidents", overdue=True, limit=200)
    assert incident["id"] in [one["id"] for one in overdue]
    late = await lead(suite, COUNCIL).made(f"{at(incident)}/notify")
    assert (late["late"], late["clock"]["working_hours_left"]) == (True, -40.0)
    seen = await suite.unit.read(at(incident))
    assert seen["clock"]["late"]


async def test_silence_leaves_the_duty(suite: Running) -> None:
    incident = await referred(suite)
    decision = await proposed(suite, incident)
    await suite.at(datetime(2026, 10, 26, 9, 0, tzinfo=UTC))
    assert (await delegate(suite, ICB).read(f"/joint-decisions/{decision}"))["status"] == "stands"
    assert (await lead(suite, COUNCIL).read(at(incident)))["status"] == "considered"


async def test_a_year_with_none_is_told_as_any_other(suite: Running) -> None:
    for _ in range(2):
        incident = await referred(suite)
    await lead(suite, COUNCIL).made(f"{at(incident)}/notify")
    await suite.at(datetime(2028, 4, 3, 9, 0, tzinfo=UTC))
    years = (await suite.unit.read("/incidents/years"))["items"]
    assert [one["year"] for one in years] == ["2028/29", "2027/28", "2026/27"]
    assert [one["running"] for one in years] == [True, False, False]
    none = years[1]
    assert (none["recorded"], none["notified"]) == (0, 0)
    assert none["in_words"] == "In 2027/28 no serious incident was referred, and none was notified."
    some = years[2]
    assert (some["recorded"], some["notified"], some["late"], some["near_misses"]) == (2, 1, 0, 0)
    assert some["not_notified"] == 0
    assert (await lead(suite, COUNCIL).get("/incidents/years")).status_code == 403
