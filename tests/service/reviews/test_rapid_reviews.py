"""Rapid reviews over HTTP: what a notification begins, who sits and sees, what agencies return, and how it ends."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import pytest

from services.reviews.app import SERVICE
from services.reviews.practice_reviews.schemas import EXAMPLE as PRACTICE_REVIEW
from shared.contracts.governance import AgencySucceeded
from shared.jobs import sweep_all
from shared.policy import Role
from tests.service.reviews.cases import (
    THREE,
    at,
    chaired,
    child,
    delegate,
    lead,
    notified,
    place,
    referred,
    review_of,
    said,
    seated,
    through,
    votes,
    weighed,
)
from tests.service.reviews.running import COUNCIL, ICB, OUTSIDE, POLICE, SCHOOL, TRUST, Agency, Running

pytestmark = pytest.mark.anyio

TOLD: dict[str, Any] = {"known": True, "text": "We saw the family twice.", "practice": "Follow up what is missed."}


async def asked(suite: Running, review: dict[str, Any], **more: Any) -> dict[str, Any]:
    """What an agency is asked, as the review shows it."""
    given = {"agency_id": SCHOOL[0], "asked": "What did you know, and what did you do?"} | more
    found: dict[str, Any] = (await suite.unit.did(place(review), "ask", **given))["returns"][-1]
    return found


def succeeded(agency: Agency, successor: Agency) -> AgencySucceeded:
    """An agency's last day is over."""
    return AgencySucceeded(
        subject=agency[0],
        name=agency[0],
        agency_type=agency[1],
        effective_from=date(2019, 9, 1),
        effective_to=date(2026, 10, 28),
        successor_ids=(successor[0],),
        expected_to_raise=True,
    )


async def told(suite: Running, record_id: str) -> list[str]:
    return [row.type.split(".", 1)[1] for row in await suite.told(record_id)]


# What a notification begins.


async def test_a_notification_begins_it_and_every_start_is_shown(suite: Running) -> None:
    incident = await notified(suite)
    review = await suite.unit.read(place(await review_of(suite, incident)))
    assert (review["status"], review["kind"], review["mandatory"]) == ("scoping", "single", True)
    assert review["reference"].startswith("RR-2627-")
    starts = {one["start"]: (one["due"], one["chosen"]) for one in review["clock"]["candidates"]}
    assert starts == {
        "awareness": ("2026-10-27T17:00:00Z", True),
        "notification_as_day_1": ("2026-10-27T17:00:00Z", False),
        "notification_as_day_0": ("2026-10-28T17:00:00Z", False),
    }
    assert review["causes"] == [{"type": "reviews.incident", "id": incident["id"]}]
    [opened] = await suite.told(review["id"])
    assert opened.causes == review["causes"]
    assert opened.data["concerned_agency_ids"] == sorted(one[0] for one in THREE)


async def test_another_start_with_its_reason_and_approval(suite: Running) -> None:
    review = await review_of(suite, await notified(suite))
    chosen = {"start": "notification_as_day_0", "reason": "The national Panel counts so."}
    alone = await suite.unit.does(place(review), "choose_start", **chosen)
    assert alone.json()["errors"][0]["path"] == "approved_by"
    after = await suite.unit.did(place(review), "choose_start", **chosen, approved_by=str(uuid4()))
    assert (after["due_at"], after["clock"]["chosen_why"]) == ("2026-10-28T17:00:00Z", chosen["reason"])
    assert len(after["clock"]["dates"]) == 2


async def test_none_where_a_looked_after_child_died_and_nobody_suspects(suite: Running) -> None:
    incident = await notified(suite, abuse="not_suspected", children=[child("died", looked_after=True)])
    assert await suite.unit.items("/rapid-reviews", incident_id=incident["id"]) == []


async def test_a_near_miss_is_reviewed_voluntarily_and_may_be_given_up(suite: Running) -> None:
    near = await referred(suite, children=[child("near_miss")])
    review = await suite.unit.made("/rapid-reviews", incident_ids=[near["id"]], reason="We want to learn from it.")
    assert (review["mandatory"], review["clock"], review["due_at"]) == (False, None, None)
    no_clock = await suite.unit.does(place(review), "choose_start", start="awareness", reason="We count.")
    assert no_clock.json()["errors"][0]["code"] == "no_clock"
    closed = await suite.unit.did(place(review), "abandon", reason="An audit covers it.")
    assert closed["status"] == "closed"
    mandatory = await review_of(suite, await notified(suite))
    refused = await suite.unit.does(place(mandatory), "abandon", reason="An audit covers it.")
    assert (refused.status_code, refused.json()["code"]) == (409, "mandatory_review")


async def test_a_near_miss_that_is_notified_after_all_has_a_review_with_its_time(suite: Running) -> None:
    """The one that is held becomes mandatory; where it was given up, another begins."""
    held, given_up = [await referred(suite, children=[child("near_miss")]) for _ in range(2)]
    reviews = [
        await suite.unit.made("/rapid-reviews", incident_ids=[one["id"]], reason="We want to learn from it.")
        for one in (held, given_up)
    ]
    await suite.unit.did(place(reviews[1]), "abandon", reason="An audit covers it.")
    for one in (held, given_up):
        graver = {"harms": [{"number": 1, "harm": "seriously_harmed"}], "reason": "The examination shows it."}
        await lead(suite, COUNCIL).did(at(one), "amend", **graver)
        await lead(suite, COUNCIL).made(f"{at(one)}/notify")
    await sweep_all(suite.runtime.database, SERVICE.jobs)
    after = await suite.unit.read(place(await review_of(suite, held)))
    assert (after["id"], after["mandatory"], after["due_at"]) == (reviews[0]["id"], True, "2026-10-27T17:00:00Z")
    assert await told(suite, after["id"]) == ["rapid_review.opened.v1", "rapid_review.start_chosen.v1"]
    another, ended = await suite.unit.items("/rapid-reviews", incident_id=given_up["id"])
    assert (another["status"], another["due_at"], ended["status"]) == ("scoping", after["due_at"], "closed")


async def test_a_thematic_one_takes_the_place_of_those_that_are_mandatory(suite: Running) -> None:
    first, second = [await notified(suite) for _ in range(2)]
    single = await review_of(suite, first)
    given = {"incident_ids": [first["id"], second["id"]], "theme": "Safe sleep", "reason": "Both are about safe sleep."}
    thematic = await suite.unit.made("/rapid-reviews", kind="thematic", **given)
    assert (await suite.unit.did(place(single), "abandon", reason="The thematic one is of it."))["status"] == "closed"
    refused = await suite.unit.does(place(thematic), "abandon", reason="An audit covers them.")
    assert refused.json()["detail"] == f"The notification of {first['reference']} asks for it."


async def test_a_thematic_one_and_a_joint_one_with_another_area(suite: Running) -> None:
    first, second = await notified(suite), await referred(suite, children=[child("near_miss")])
    given = {"incident_ids": [first["id"], second["id"]], "reason": "Both are about safe sleep."}
    thematic = await suite.unit.made("/rapid-reviews", kind="thematic", theme="Safe sleep", **given)
    assert [one["id"] for one in thematic["incidents"]] == [first["id"], second["id"]]
    assert thematic["due_at"] == "2026-10-27T17:00:00Z"
    joint = await suite.unit.made(
        "/rapid-reviews",
        kind="joint",
        other_area="Stockport",
        led_by="Stockport",
        incident_ids=[second["id"]],
        reason="The family moved.",
    )
    assert (joint["other_area"], joint["led_by"]) == ("Stockport", "Stockport")
    unknown = await suite.unit.create("/rapid-reviews", incident_ids=[str(uuid4())], reason="We want to learn.")
    assert unknown.json()["errors"][0]["path"] == "incident_ids"


# Who sits, and who sees.


async def test_a_panel_member_sees_this_case_and_no_other(suite: Running) -> None:
    review, other = [await review_of(suite, await notified(suite)) for _ in range(2)]
    member = await seated(suite, review, TRUST)
    seen = await member.person.read(place(review))
    assert (seen["view"], len(seen["incidents"][0]["children"][0]["identifiers"])) == ("identified", 1)
    assert [one["id"] for one in await member.person.items("/rapid-reviews")] == [review["id"]]
    assert (await member.person.get(place(other))).status_code == 404
    stranger = suite.person(TRUST, Role.PANEL_MEMBER, subject=str(uuid4()))
    assert (await stranger.get(place(review))).status_code == 404
    assert await stranger.items("/rapid-reviews") == []
    [named, declared] = await suite.told(member.member_id)
    assert (named.type, named.data["roles"]) == ("reviews.panel_member.named.v1", ["panel_member"])
    assert named.data["person_id"] == member.person_id
    assert "Robin" not in str(named.data) + str(declared.data)


async def test_those_who_oversee_see_pseudonyms_and_others_nothing(suite: Running) -> None:
    review = await review_of(suite, await notified(suite))
    for who in (
        suite.person(TRUST, Role.LI_MEMBER),
        suite.unit,
        suite.person(OUTSIDE, Role.SCRUTINEER),
        delegate(suite, POLICE),
    ):
        seen = await who.read(place(review))
        shown = seen["incidents"][0]["children"][0]
        assert (seen["view"], shown["identifiers"]) == ("pseudonymised", None)
        assert shown["pseudonym"]
    assert (await lead(suite, POLICE).get(place(review))).status_code == 403
    views = {(row.agency_id, row.view) for row in await suite.access_records(review["id"])}
    assert {(TRUST[0], "pseudonymised"), (POLICE[0], "pseudonymised")} <= views


async def test_after_the_case_is_closed_its_panel_sees_nothing_more(suite: Running) -> None:
    incident = await notified(suite)
    review = await review_of(suite, incident)
    member = await chaired(suite, review)
    await asked(suite, review)
    [of_school] = await member.person.items("/returns", rapid_review_id=review["id"])
    assert (await member.person.get(f"/returns/{of_school['id']}")).status_code == 200
    closed = await through(suite, review, member)
    assert (closed["status"], closed["panel"][0]["status"]) == ("closed", "released")
    for path in (place(review), f"{place(review)}/history", f"/returns/{of_school['id']}"):
        assert (await member.person.get(path)).status_code == 404, path
    assert await member.person.items("/rapid-reviews") == []
    assert await member.person.items("/returns") == []
    late = await member.person.does(place(review), "answer", criterion="better_local", met=True, rationale="Late.")
    assert late.status_code == 404
    released = (await suite.told(member.member_id))[-1]
    assert released.type == "reviews.panel_member.released.v1"
    assert released.data["ends_on"] == "2026-10-07"


async def test_who_is_let_go_sees_nothing_more(suite: Running) -> None:
    review = await review_of(suite, await notified(suite))
    member = await seated(suite, review)
    etag = (await suite.unit.get(place(review))).headers["etag"]
    path = f"{place(review)}/panel/{member.member_id}"
    assert (await suite.unit.does(path, "release", etag=etag)).status_code == 200
    assert (await member.person.get(place(review))).status_code == 404
    nobody = await suite.unit.does(f"{place(review)}/panel/{uuid4()}", "release", etag='"4"')
    assert (nobody.status_code, nobody.json()["code"]) == (404, "panel_member_not_found")


# What conflicts.


async def test_who_conflicts_is_shown_and_does_not_chair(suite: Running) -> None:
    review = await review_of(suite, await notified(suite))
    await asked(suite, review, agency_id=TRUST[0])
    member = await seated(suite, review, TRUST, declares=False)
    path = f"{place(review)}/panel/{member.member_id}"

    async def chairs() -> Any:
        etag = (await suite.unit.get(place(review))).headers["etag"]
        return await suite.unit.does(path, "chair", etag=etag)

    undeclared = await chairs()
    assert (undeclared.status_code, undeclared.json()["code"]) == (409, "may_not_chair")
    etag = (await suite.unit.get(place(review))).headers["etag"]
    another = await (await seated(suite, review)).person.does(path, "declare", etag=etag, conflicted=False)
    assert another.status_code == 412
    await said(suite, review, member, conflicted=False)
    assert (await chairs()).json()["panel"][0]["seat"] == "chair"
    after = await said(suite, review, member, conflicted=True)
    assert {"seat": "member", "status": "conflicted", "own_practice": True}.items() <= after["panel"][0].items()
    assert (await chairs()).json()["code"] == "may_not_chair"


async def test_each_declares_for_herself_and_sits_once(suite: Running) -> None:
    review = await review_of(suite, await notified(suite))
    member, other = await seated(suite, review, TRUST, declares=False), await seated(suite, review, POLICE)
    etag = (await other.person.get(place(review))).headers["etag"]
    path = f"{place(review)}/panel/{member.member_id}"
    answer = await other.person.does(path, "declare", etag=etag, conflicted=False)
    assert (answer.status_code, answer.json()["code"]) == (403, "not_yourself")
    again = {"person_id": member.person_id, "person_name": "Robin Madeup", "agency_id": TRUST[0]}
    assert (await suite.unit.does(place(review), "name", **again)).json()["code"] == "sits_already"


async def test_who_runs_the_reviews_names_herself_for_no_panel(suite: Running) -> None:
    """Or she read the returns that are the agencies' and the panel's."""
    review = await review_of(suite, await notified(suite))
    own = str(uuid4())
    host = suite.person(COUNCIL, Role.BUSINESS_UNIT, subject=own)
    named = {"person_id": own, "person_name": "Robin Madeup", "agency_id": COUNCIL[0]}
    answer = await host.does(place(review), "name", **named)
    assert (answer.status_code, answer.json()["code"]) == (403, "own_seat")


# What agencies return.


async def test_a_return_is_its_agencys_and_the_panels(suite: Running) -> None:
    review = await review_of(suite, await notified(suite))
    member = await seated(suite, review)
    of_school = await asked(suite, review)
    await asked(suite, review, agency_id=TRUST[0])
    path = f"/returns/{of_school['id']}"
    seen = await lead(suite, SCHOOL).read(path)
    assert (seen["view"], len(seen["children"][0]["identifiers"])) == ("identified", 1)
    sent = await lead(suite, SCHOOL).did(path, "submit", **TOLD)
    assert (sent["status"], sent["late"], sent["entries"][0]["text"]) == ("returned", False, TOLD["text"])
    assert (await member.person.read(path))["entries"][0]["practice"] == TOLD["practice"]
    for who in (
        lead(suite, TRUST),
        lead(suite, COUNCIL),
        suite.person(SCHOOL, Role.PANEL_MEMBER, subject=str(uuid4())),
    ):
        assert (await who.get(path)).status_code == 404
        assert of_school["id"] not in [one["id"] for one in await who.items("/returns")]
    assert (await suite.unit.get(path)).status_code == 403
    standing = (await suite.unit.read(place(review)))["returns"]
    assert [(one["agency_id"], one["status"]) for one in standing] == [(SCHOOL[0], "returned"), (TRUST[0], "asked")]
    assert TOLD["text"] not in (await suite.unit.get(place(review))).text
    more = await lead(suite, SCHOOL).did(path, "submit", known=True, text="A third visit has come to light.")
    assert [one["text"] for one in more["entries"]] == [TOLD["text"], "A third visit has come to light."]
    foreign = await member.person.does(path, "submit", **TOLD)
    assert (foreign.status_code, foreign.json()["code"]) == (403, "not_your_return")


async def test_a_party_that_is_not_registered_is_asked_and_the_panel_enters_what_it_says(suite: Running) -> None:
    review = await review_of(suite, await notified(suite))
    member = await seated(suite, review)
    of_party = await asked(suite, review, agency_id=None, party_name="Another area's front door")
    path = f"/returns/{of_party['id']}"
    assert (await lead(suite, SCHOOL).get(path)).status_code == 404
    sent = await member.person.did(path, "submit", **TOLD)
    assert (sent["party_name"], sent["entries"][0]["agency_id"]) == ("Another area's front door", ICB[0])


async def test_an_agency_is_asked_once_and_by_the_rules_day_at_the_latest(suite: Running) -> None:
    review = await review_of(suite, await notified(suite))
    found = await asked(suite, review, due_on="2026-10-09")
    assert found["due_at"] == "2026-10-09T16:00:00Z"
    again = await suite.unit.does(place(review), "ask", agency_id=SCHOOL[0], asked="And what more?")
    assert again.json()["code"] == "return_asked_already"
    late = await suite.unit.does(place(review), "ask", agency_id=TRUST[0], asked="And you?", due_on="2026-12-01")
    assert late.json()["errors"][0]["path"] == "due_on"
    nobody = await suite.unit.does(place(review), "ask", asked="And you?")
    assert nobody.json()["errors"][0]["path"] == "agency_id"


# How it ends.


async def test_nothing_is_put_before_the_three_that_is_not_ready(suite: Running) -> None:
    review = await review_of(suite, await notified(suite))
    member = await seated(suite, review)
    refused = await member.person.does(place(review), "propose", recommended="practice_review", reason="We think so.")
    assert (refused.status_code, refused.json()["code"]) == (409, "not_ready_to_decide")
    assert "improvements_needed" in refused.json()["detail"]
    assert "a chair" in refused.json()["detail"]
    wrong = await member.person.does(place(review), "answer", criterion="nonsense", met=True, rationale="We think so.")
    assert wrong.json()["errors"][0]["code"] == "unknown_criterion"


async def test_the_three_decide_the_panel_answers_and_it_is_weighed_again(suite: Running) -> None:
    incident = await notified(suite)
    review = await review_of(suite, incident)
    member = await chaired(suite, review)
    await asked(suite, review, agency_id=POLICE[0])
    await weighed(suite, review, member)
    decision = (await suite.unit.read(place(review)))["decision_id"]
    await votes(suite, decision, "practice_review", *THREE)
    decided = await suite.unit.read(place(review))
    assert (decided["status"], decided["decision"]) == ("decided", "practice_review")
    assert (
        "A local child safeguarding practice review is held. We think: practice review." in decided["decision_reason"]
    )
    cast = (await delegate(suite, POLICE).read(f"/joint-decisions/{decision}"))["rounds"][0]["votes"]
    assert {one["partner"]: one["own_cause"] for one in cast} == {"council": False, "icb": False, "police": True}
    sent = await suite.unit.did(place(review), "send")
    assert (sent["late"], sent["due_at"]) == (False, None)
    assert await awaited(suite, review) == ["commission", "panel_answer"]
    assert sent["clock"]["working_hours_left"] == pytest.approx(119.5, abs=0.15), "time goes on while the test runs"
    await suite.unit.did(place(review), "hear", answer="asks_more", text="Which visits were missed?")
    heard = await suite.unit.did(
        place(review), "hear", answer="disagrees", text="A national matter.", changes="We weigh it again."
    )
    assert (heard["answer"], heard["answer_changes"]) == ("disagrees", "We weigh it again.")
    assert await awaited(suite, review) == ["closing", "commission"]
    again = await suite.unit.did(place(review), "reconsider", reason="The Panel disagrees.")
    assert (again["status"], again["due_at"]) == ("scoping", "2026-10-28T17:00:00Z")
    assert await awaited(suite, review) == ["rapid_review"]
    national = {"recommended": "national_review", "reason": "It is a national matter."}
    await member.person.did(place(review), "propose", **national)
    second = (await suite.unit.read(place(review)))["decision_id"]
    assert second != decision
    await votes(suite, second, "national_review", *THREE)
    await suite.unit.did(place(review), "send")
    await suite.unit.did(place(review), "hear", answer="agrees", text="The Panel reviews it.")
    closed = await suite.unit.did(place(review), "close")
    assert (closed["decision"], closed["late"]) == ("national_review", False)
    assert await awaited(suite, review) == []
    assert await told(suite, review["id"]) == [
        f"rapid_review.{one}.v1"
        for one in (
            "opened",
            "proposed",
            "decided",
            "sent",
            "answered",
            "answered",
            "reconsidered",
            "proposed",
            "decided",
            "sent",
            "answered",
            "closed",
        )
    ]
    steps = [one["did"] for one in (await suite.unit.read(f"{place(review)}/history"))["items"]]
    assert steps[-5:] == ["propose", "decide", "send", "hear", "close"]
    too_late = await suite.unit.does(place(review), "close")
    assert too_late.json()["code"] == "not_in_this_status"


async def awaited(suite: Running, review: dict[str, Any]) -> list[str]:
    """What the business unit's list says of a review."""
    found = await suite.unit.items("/waits", limit=200)
    return sorted(one["what"] for one in found if one["id"] == review["id"])


async def test_a_review_that_was_decided_on_waits_until_it_is_commissioned(suite: Running) -> None:
    """And a member until she has declared, in her own list."""
    review = await review_of(suite, await notified(suite))
    undeclared = await seated(suite, review, POLICE, declares=False)
    [hers] = await undeclared.person.items("/waits")
    assert (hers["what"], hers["due_at"], hers["reference"]) == ("declaration", review["due_at"], review["reference"])
    await said(suite, review, undeclared, conflicted=False)
    assert await undeclared.person.items("/waits") == []
    await through(suite, review, await chaired(suite, review))
    [last] = await suite.unit.items("/waits", what="commission", limit=1)
    assert (last["id"], last["due_at"], last["overdue"]) == (review["id"], None, False)
    cause = {"type": "reviews.rapid_review", "id": review["id"]}
    await suite.unit.made("/practice-reviews", **PRACTICE_REVIEW | {"causes": [cause]})
    assert await suite.unit.items("/waits", what="commission") == []


async def test_where_the_chiefs_differ_too_the_panel_proposes_anew(suite: Running) -> None:
    review = await review_of(suite, await notified(suite))
    member = await chaired(suite, review)
    await weighed(suite, review, member)
    decision = (await suite.unit.read(place(review)))["decision_id"]
    await votes(suite, decision, "practice_review", COUNCIL)
    await votes(suite, decision, "no_further_review", ICB)
    for agency, choice in ((COUNCIL, "practice_review"), (ICB, "no_further_review")):
        chief = suite.person(agency, Role.LEAD_PARTNER)
        await chief.made(f"/joint-decisions/{decision}/vote", round=2, choice=choice, reason="So I think.")
    after = await suite.unit.read(place(review))
    assert (after["status"], after["decision"]) == ("scoping", None)
    assert (await told(suite, review["id"]))[-1] == "rapid_review.undecided.v1"


# Time; the last tests, for they move it.


async def test_of_a_return_that_stays_out_the_panels_chair_hears(suite: Running) -> None:
    """Three times the agency is asked again; then whoever chairs, once, in a letter and among what waits for her."""
    review = await review_of(suite, await notified(suite))
    chair = await chaired(suite, review)
    of_school = await asked(suite, review)
    for moment in (15, 19, 21, 23, 27, 29):
        await suite.at(datetime(2026, 10, moment, 9, 0, tzinfo=UTC))
    assert await told(suite, of_school["id"]) == ["return.asked.v1", *["return.asked_again.v1"] * 3, "return.silent.v1"]
    assert (await suite.told(of_school["id"]))[-1].data["chair_agency_id"] == ICB[0]
    [standing] = (await suite.unit.read(place(review)))["returns"]
    assert (standing["asked_again"], bool(standing["told_at"])) == (3, True)
    for person in (chair.person, lead(suite, ICB), suite.unit):
        [waits] = await person.items("/waits", what="return_silent")
        assert (waits["silent_agency_id"], waits["agency_id"], waits["times_asked"]) == (SCHOOL[0], ICB[0], 3)
    other = await seated(suite, review, TRUST)
    assert await other.person.items("/waits") == [] == await lead(suite, TRUST).items("/waits")
    assert [one["what"] for one in await lead(suite, SCHOOL).items("/waits")] == ["return"]
    await lead(suite, SCHOOL).did(f"/returns/{of_school['id']}", "submit", **TOLD)
    assert await suite.unit.items("/waits", what="return_silent") == []


async def test_nobody_is_asked_for_a_return_that_is_taken_no_more(suite: Running) -> None:
    """The review is with the national Panel; where it is weighed again, the return is awaited again."""
    review = await review_of(suite, await notified(suite))
    member = await chaired(suite, review)
    of_school = await asked(suite, review)
    await weighed(suite, review, member)
    await votes(suite, (await suite.unit.read(place(review)))["decision_id"], "practice_review", *THREE)
    await suite.unit.did(place(review), "send")
    assert await lead(suite, SCHOOL).items("/waits") == []
    await suite.at(datetime(2026, 10, 19, 9, 0, tzinfo=UTC))
    assert await told(suite, of_school["id"]) == ["return.asked.v1"]
    await suite.unit.did(place(review), "hear", answer="asks_more", text="What did the school know?")
    await suite.unit.did(place(review), "reconsider", reason="The Panel asks what the school knew.")
    await suite.at(datetime(2026, 10, 19, 9, 2, tzinfo=UTC))
    assert await told(suite, of_school["id"]) == ["return.asked.v1", "return.asked_again.v1"]
    assert [one["what"] for one in await lead(suite, SCHOOL).items("/waits")] == ["return"]


async def test_time_runs_out_returns_are_asked_for_again_and_late_ones_shown(suite: Running) -> None:
    incident = await notified(suite)
    review = await review_of(suite, incident)
    of_school, of_trust = await asked(suite, review), await asked(suite, review, agency_id=TRUST[0])
    await lead(suite, TRUST).did(f"/returns/{of_trust['id']}", "submit", **TOLD)
    assert of_school["due_at"] == "2026-10-14T16:00:00Z"
    for moment in (15, 16, 20):
        await suite.at(datetime(2026, 10, moment, 9, 0, tzinfo=UTC))
    standing = (await suite.unit.read(place(review)))["returns"]
    assert [(one["late"], one["asked_again"]) for one in standing] == [(True, 2), (False, 0)]
    assert (await suite.unit.read(place(review)))["returns_in_words"] == (
        "1 of 2 agencies has sent their return, 1 overdue."
    )
    assert await told(suite, of_school["id"]) == ["return.asked.v1", "return.asked_again.v1", "return.asked_again.v1"]
    [overdue] = await lead(suite, SCHOOL).items("/returns", overdue=True, rapid_review_id=review["id"])
    late = await lead(suite, SCHOOL).did(f"/returns/{overdue['id']}", "submit", **TOLD)
    assert late["late"]
    await suite.at(datetime(2026, 10, 28, 9, 0, tzinfo=UTC))
    assert (await told(suite, of_school["id"]))[-1] == "return.submitted.v1"
    assert (await told(suite, review["id"])).count("rapid_review.overdue.v1") == 1
    seen = await suite.unit.read(place(review))
    assert (seen["overdue"], seen["clock"]["late"]) == (True, True)


async def test_an_ended_agencys_return_is_its_successors_to_send(suite: Running) -> None:
    review = await review_of(suite, await notified(suite, council_aware_at=None))
    of_school = await asked(suite, review)
    await suite.hears(succeeded(SCHOOL, TRUST))
    assert (await lead(suite, TRUST).get(f"/returns/{of_school['id']}")).status_code == 200
