"""A practice review from its commissioning to its publication, and everything that keeps it from that."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from services.reviews.conduct.schemas import EXAMPLE as REVIEWER
from services.reviews.holds.schemas import EXAMPLE as HOLD
from services.reviews.practice_reviews.schemas import EXAMPLE
from shared.policy import Role
from tests.service.reviews.running import COUNCIL, ICB, OUTSIDE, POLICE, SCHOOL, TRUST, Person, Running
from tests.service.reviews.test_rapid_reviews import succeeded

pytestmark = pytest.mark.anyio

HER = str(uuid4())
TEXT = "Child L was 14 years old. In Crewe nobody asked her what she wanted."


async def commissioned(suite: Running, **changes: Any) -> str:
    """The path of a new review."""
    review = await suite.unit.made("/practice-reviews", **EXAMPLE | changes)
    return f"/practice-reviews/{review['id']}"


async def written(suite: Running) -> str:
    """The path of a review that is under way, with a report written by its reviewer."""
    path = await commissioned(suite)
    await suite.unit.made(f"{path}/reviewers", **REVIEWER | {"person_id": HER, "agency_id": OUTSIDE[0]})
    assert (await suite.unit.does(path, "begin")).json()["detail"] == "Still missing: terms of reference."
    await suite.unit.did(path, "terms", text="What is to be found out.")
    await suite.unit.did(path, "begin")
    await reviewer(suite).did(path, "write", part="what_happened", text=TEXT)
    return path


async def signed(suite: Running, path: str, *choices: str) -> None:
    """Circulate, answer for both agencies, submit, and let the three vote."""
    await suite.unit.did(path, "circulate")
    for agency in (COUNCIL, POLICE):
        await suite.person(agency, Role.AGENCY_LEAD).did(path, "answer", accurate=True)
    decision_id = (await suite.unit.did(path, "submit"))["decision_id"]
    for agency, choice in zip((COUNCIL, POLICE, ICB), choices or ["sign_off"] * 3, strict=True):
        voter = suite.person(agency, Role.DELEGATED_PARTNER, subject=f"delegate of {agency[0]}")
        ballot = {"round": 1, "choice": choice, "reason": "Read as a whole."}
        await voter.made(f"/joint-decisions/{decision_id}/vote", **ballot)


def reviewer(suite: Running) -> Person:
    """Who reviews."""
    return suite.person(OUTSIDE, Role.REVIEWER, subject=HER)


async def waiting(suite: Running, path: str) -> list[str]:
    """What waits about a review."""
    return [one["what"] for one in await suite.unit.items("/waits", limit=200) if one["id"] == path.split("/")[2]]


async def refused(person: Person, path: str, action: str, **body: Any) -> str:
    """The code of a refusal."""
    answer = await person.does(path, action, **body)
    assert answer.status_code in {403, 404, 409, 422}, answer.text
    code: str = answer.json()["code"]
    return code


async def test_from_commissioning_to_publication(suite: Running) -> None:
    """Every step by whose it is; the text of the report travels in no event."""
    path = await written(suite)
    await signed(suite, path)
    review = await suite.unit.read(path)
    assert (review["status"], review["signed_hash"]) == ("signed_off", review["text_hash"])
    assert await refused(suite.unit, path, "publish") == "not_in_this_status"
    assert "sending" in await waiting(suite, path)
    assert await refused(suite.unit, path, "send", sent_on="2026-10-06") == "invalid"
    sent = await suite.unit.did(path, "send", sent_on="2026-10-07")
    assert (sent["status"], sent["not_before"]) == ("sent", "2026-10-16")
    assert await refused(suite.unit, path, "publish") == "review_not_ready"
    await suite.at(datetime(2026, 10, 16, 9, 0, tzinfo=UTC))
    assert await refused(suite.unit, path, "publish") == "publication_not_checked"
    check = await suite.unit.made(f"{path}/checks")
    second = suite.person(COUNCIL, Role.LI_MEMBER, subject="second")
    await second.did(f"/checks/{check['id']}", "confirm", reason="The age is needed; the town is in the news.")
    public = await suite.unit.did(path, "publish")
    assert (public["status"], public["published_on"], public["public_until"]) == (
        "published",
        "2026-10-16",
        "2027-10-16",
    )
    told = await suite.told(review["id"])
    verbs = ["commissioned", "begun", "circulated", "submitted", "signed_off", "sent", "published"]
    assert [event.type.split(".")[2] for event in told] == verbs
    assert TEXT not in str([event.data for event in told])
    assert (await reviewer(suite).get(path)).status_code == 404  # it runs no more
    assert await refused(suite.unit, path, "terms", text="Late.", reason="Late.") == "not_in_this_status"

    gone = await suite.unit.did(path, "take_down", reason="A neighbour knows who it is.")
    assert (gone["status"], gone["published_on"], gone["public_until"]) == ("withheld", None, None)
    assert (await suite.person(SCHOOL).get(f"/published-reviews/{review['id']}")).status_code == 404
    await suite.unit.did(path, "revise", reason="Without the street.")
    await signed(suite, path)
    await suite.unit.did(path, "send", sent_on="2026-10-16")
    await suite.at(datetime(2026, 10, 30, 9, 0, tzinfo=UTC))
    assert await refused(suite.unit, path, "publish") == "publication_not_checked"  # though the text is the same


async def test_an_agency_found_later_takes_part(suite: Running) -> None:
    """It sees the review and is asked for the facts as all are; not a reviewer's own, not twice; one named by mistake leaves."""
    path = await written(suite)
    trust = suite.person(TRUST, Role.AGENCY_LEAD)
    assert (await trust.get(path)).status_code == 404
    came = {"agency_id": TRUST[0], "reason": "Its ward saw the child twice."}
    whole = await suite.unit.did(path, "involve", **came)
    assert TRUST[0] in [one["agency_id"] for one in whole["parties"]]
    assert came["reason"] in whole["steps"][-1]["text"]
    assert (await trust.read(path))["id"] == whole["id"]
    assert await refused(suite.unit, path, "involve", **came) == "invalid"
    assert await refused(suite.unit, path, "involve", agency_id=OUTSIDE[0], reason="Yes.") == "conflict_of_interest"
    assert await refused(trust, path, "involve", **came | {"agency_id": SCHOOL[0]}) == "role_not_granted"
    await suite.unit.did(path, "circulate")
    assert await refused(suite.unit, path, "involve", agency_id=SCHOOL[0], reason="Late.") == "not_in_this_status"
    assert (await trust.did(path, "answer", accurate=True))["parties"][2]["accurate"]
    await suite.unit.did(path, "revise", reason="The school is heard, too.")
    for agency in (TRUST, POLICE):
        await suite.unit.did(path, "excuse", agency_id=agency[0], reason="Named by mistake.")
    assert (await trust.get(path)).status_code == 404
    assert await refused(suite.unit, path, "excuse", agency_id=TRUST[0], reason="Again.") == "invalid"
    assert await refused(suite.unit, path, "excuse", agency_id=COUNCIL[0], reason="The last.") == "invalid"
    told = [event for event in await suite.told(whole["id"]) if "agency_id" in event.data]
    assert [(event.type.split(".")[2], event.data["agency_id"]) for event in told] == [
        ("involved", TRUST[0]),
        ("excused", TRUST[0]),
        ("excused", POLICE[0]),
    ]


async def test_commissioned_by_mistake(suite: Running) -> None:
    """It is withdrawn before anybody begins; what decided on it still waits for one; its letter is not given again."""
    path = await commissioned(suite)
    assert await waiting(suite, path) == ["publication", "reviewer"]
    gone = await suite.unit.did(path, "withdraw", reason="It was entered twice.")
    assert (gone["status"], await waiting(suite, path)) == ("withdrawn", [])
    assert await refused(suite.unit, path, "begin") == "not_in_this_status"
    assert (await suite.unit.read(await commissioned(suite)))["name"] > gone["name"]


async def test_what_the_three_are_asked_is_taken_back(suite: Running) -> None:
    """What comes to be known while they vote sends it back at once; nobody votes on what she has written."""
    path = await written(suite)
    author = suite.person(COUNCIL, Role.BUSINESS_UNIT, Role.DELEGATED_PARTNER, subject="writes and votes")
    await author.did(path, "write", part="learning", text="Ask her.")
    await suite.unit.did(path, "circulate")
    for agency in (COUNCIL, POLICE):
        await suite.person(agency, Role.AGENCY_LEAD).did(path, "answer", accurate=True)
    assert "submission" in await waiting(suite, path)
    decision = f"/joint-decisions/{(await suite.unit.did(path, 'submit'))['decision_id']}"
    own = await author.create(f"{decision}/vote", round=1, choice="sign_off", reason="I wrote it.")
    assert own.json()["code"] == "own_report"
    back = await suite.unit.did(path, "revise", reason="The family has told us more.")
    assert (back["status"], back["decision_id"]) == ("under_way", None)
    assert (await suite.person(ICB, Role.DELEGATED_PARTNER).read(decision))["status"] == "withdrawn"
    await signed(suite, path)
    assert (await suite.unit.read(path))["status"] == "signed_off"


async def test_the_check_is_read_by_a_second_person(suite: Running) -> None:
    """Not by an author, not by who asked; of this very text alone; findings with place and what stands there."""
    path = await written(suite)
    second = suite.person(COUNCIL, Role.LI_MEMBER, subject="second")
    check = await suite.unit.made(f"{path}/checks")
    found = [(one["what"], one["excerpt"], one["at"]) for one in check["findings"]]
    assert found == [("age", "14 years old", 13), ("place", "Crewe", 30)]
    place = f"/checks/{check['id']}"
    assert await refused(suite.unit, place, "confirm", reason="Fine.") == "not_second_person"
    author = suite.person(COUNCIL, Role.LI_MEMBER, subject=HER)
    assert await refused(author, place, "confirm", reason="Fine.") == "not_second_person"
    assert await refused(second, place, "confirm") == "invalid"
    await reviewer(suite).did(path, "write", part="what_happened", text=TEXT + " Again.")
    assert await refused(second, place, "confirm", reason="Fine.") == "text_changed"
    stale = await second.read(place)
    assert (stale["stale"], stale["findings"][0]["excerpt"]) == (True, None)
    again = await suite.unit.made(f"{path}/checks")
    back = await second.did(f"/checks/{again['id']}", "send_back", reason="Say an age band.")
    assert back["status"] == "sent_back"
    assert await refused(second, f"/checks/{again['id']}", "confirm", reason="Or not.") == "not_in_this_status"
    assert [one["stale"] for one in (await second.read(f"{path}/checks"))["items"]] == [False, True]


async def test_holds(suite: Running) -> None:
    """Whose proceedings it is speaks for them; a held review is not overdue and not published until every hold is lifted."""
    path = await commissioned(suite, decided_on="2026-03-02")
    overdue = {"overdue": True, "limit": 200}
    assert path.split("/")[2] in [one["id"] for one in await suite.unit.items("/practice-reviews", **overdue)]
    police, council = (suite.person(agency, Role.AGENCY_LEAD) for agency in (POLICE, COUNCIL))
    own = HOLD | {"proceedings": "criminal", "authority": "police"}
    for person, said in ((council, own), (suite.unit, own), (police, HOLD)):
        assert (await person.create(f"{path}/holds", **said)).json()["code"] == "not_your_hold"
    force = HOLD | {"proceedings": "criminal", "authority": "other_force", "authority_name": None}
    assert (await council.create(f"{path}/holds", **force)).json()["errors"][0]["path"] == "authority_name"
    stated = await police.made(f"{path}/holds", **own)
    entered = await suite.unit.made(f"{path}/holds", **HOLD)
    assert (await suite.unit.read(path))["held"]
    assert path.split("/")[2] not in [one["id"] for one in await suite.unit.items("/practice-reviews", **overdue)]

    mine, others = f"/holds/{stated['id']}", f"/holds/{entered['id']}"
    for person, place in ((suite.unit, mine), (council, mine), (police, others)):
        assert await refused(person, place, "lift", reason="Not ours.") == "not_your_hold"
    assert await refused(suite.person(SCHOOL, Role.AGENCY_LEAD), mine, "lift", reason="No.") == "hold_not_found"
    told = await suite.unit.did(mine, "tell", told_on="2026-10-06")
    assert told["told_panel_on"] == "2026-10-06"
    lasts = await police.did(mine, "review", review_on="2027-02-26", reason="The trial was moved.")
    assert [(step["did"], step["review_on"]) for step in lasts["steps"]] == [
        ("state", "2027-01-29"),
        ("tell", "2027-01-29"),
        ("review", "2027-02-26"),
    ]
    assert (await police.did(mine, "lift", reason="The trial is over."))["status"] == "lifted"
    assert (await suite.unit.read(path))["held"]
    await suite.unit.did(others, "lift", reason="The inquest is over.")
    assert not (await suite.unit.read(path))["held"]
    assert await refused(police, mine, "lift", reason="Again.") == "not_in_this_status"
    assert [event.type for event in await suite.told(stated["id"])] == [
        f"reviews.hold.{verb}.v1" for verb in ("stated", "reviewed", "lifted")
    ]


async def test_the_facts(suite: Running) -> None:
    """Every agency answers for itself; what one found wrong others do not read; it is put right and asked again."""
    path = await written(suite)
    await suite.unit.did(path, "circulate")
    council, police = (suite.person(agency, Role.AGENCY_LEAD) for agency in (COUNCIL, POLICE))
    assert await refused(suite.person(ICB, Role.AGENCY_LEAD), path, "answer", accurate=True) == (
        "practice_review_not_found"
    )
    assert await refused(council, path, "answer", accurate=True, agency_id=POLICE[0]) == "not_your_agency"
    assert await refused(council, path, "answer", accurate=False) == "invalid"
    await council.did(path, "answer", accurate=False, corrections="She was asked, once.")
    assert "council" in (await suite.unit.does(path, "submit")).json()["detail"]
    said = {party["agency_id"]: party for party in (await police.read(path))["parties"]}
    assert (said[COUNCIL[0]]["accurate"], said[COUNCIL[0]]["corrections"]) == (False, None)
    assert (await suite.unit.read(path))["parties"][1]["corrections"] == "She was asked, once."
    said_then = (await suite.unit.read(path))["steps"][-1]
    assert (said_then["did"], said_then["text"]) == ("answer", "She was asked, once.")
    assert (await police.read(path))["steps"][-1]["text"] is None
    await suite.unit.did(path, "revise", reason="As the council says.")
    await reviewer(suite).did(path, "write", part="what_happened", text="Nobody but one asked her.")
    asked = await suite.unit.did(path, "circulate")
    assert [party["answered_at"] for party in asked["parties"]] == [None, None]
    await police.did(path, "answer", accurate=True)
    await council.did(path, "answer", accurate=False, corrections="She was asked twice.")
    assert await refused(suite.unit, path, "submit") == "review_not_ready"
    despite = "Both records say once."
    before = await suite.unit.did(path, "submit", despite=despite)
    asked_of = await suite.person(ICB, Role.DELEGATED_PARTNER).read(f"/joint-decisions/{before['decision_id']}")
    assert despite in str(asked_of)
    assert (await council.read(path))["steps"][-1]["text"] == despite
    assert "She was asked, once." in [one["text"] for one in (await suite.unit.read(path))["steps"]]


async def test_the_three_send_it_back(suite: Running) -> None:
    """Agreed to go back, it goes back with their reasons, and is signed anew."""
    path = await written(suite)
    await signed(suite, path, *["send_back"] * 3)
    review = await suite.unit.read(path)
    assert (review["status"], review["signed_hash"]) == ("under_way", None)
    assert "Read as a whole." in review["steps"][-1]["text"]
    await signed(suite, path)
    assert (await suite.unit.read(path))["status"] == "signed_off"


async def test_not_published_for_a_childs_sake(suite: Running) -> None:
    """As all three say: the Panel has it all the same, no clock of publication runs, and only who writes it anew goes on."""
    path = await written(suite)
    await signed(suite, path, *["withhold"] * 3)
    review = await suite.unit.read(path)
    assert (review["status"], review["signed_hash"], review["overdue"]) == ("withheld", review["text_hash"], False)
    assert "for a child's sake it is not published" in review["steps"][-1]["text"]
    assert (await suite.told(review["id"]))[-1].type == "reviews.practice_review.withheld.v1"
    assert await refused(suite.unit, path, "publish") == "not_in_this_status"
    assert await refused(suite.unit, path, "terms", text="Late.", reason="Late.") == "not_in_this_status"
    waiting = await suite.unit.items("/waits", limit=200)
    assert [one["what"] for one in waiting if one["id"] == review["id"]] == ["sending"]
    await suite.at(datetime(2027, 6, 30, 9, 0, tzinfo=UTC))
    sent = await suite.unit.did(path, "send", sent_on="2027-06-30")
    assert (sent["status"], sent["not_before"], sent["overdue"]) == ("withheld", None, False)
    waiting = await suite.unit.items("/waits", limit=200)
    assert [one["what"] for one in waiting if one["id"] == review["id"]] == []
    assert (await reviewer(suite).get(path)).status_code == 404
    assert (await suite.unit.did(path, "revise", reason="The child wishes it read."))["status"] == "under_way"


async def test_what_waits_for_a_reviewer_and_for_a_second_reader(suite: Running) -> None:
    path = await written(suite)
    await reviewer(suite).made(f"{path}/milestones", title="Draft report", planned_on="2026-11-02")
    [hers] = await reviewer(suite).items("/waits")
    assert (hers["what"], hers["reference"][-14:]) == ("milestone", ": Draft report")
    await suite.unit.made(f"{path}/checks")
    check = await suite.unit.made(f"{path}/checks")
    [unread] = await suite.unit.items("/waits", what="check")
    assert (unread["id"], unread["noun"]) == (check["id"], "reviews.publication_check")
    other = suite.person(OUTSIDE, Role.REVIEWER, subject="of no review")
    assert await other.items("/waits") == []


async def test_an_ended_agencys_part_is_its_successors(suite: Running) -> None:
    """What it was asked it owes; where both were asked, each record awaits one answer."""
    path = await commissioned(suite, agency_ids=[COUNCIL[0], SCHOOL[0]])
    both = await commissioned(suite, agency_ids=[TRUST[0], SCHOOL[0]])
    await suite.hears(succeeded(SCHOOL, TRUST))
    assert [one["agency_id"] for one in (await suite.unit.read(path))["parties"]] == [COUNCIL[0], TRUST[0]]
    assert [one["agency_id"] for one in (await suite.unit.read(both))["parties"]] == [TRUST[0]]
    seen = await suite.person(TRUST, Role.AGENCY_LEAD).items("/practice-reviews")
    assert {one["id"] for one in seen} == {one.split("/")[2] for one in (path, both)}


async def test_reviewers(suite: Running) -> None:
    """All six requirements; nobody of a party; she sees and writes until her appointment ends, and no other review."""
    path = await commissioned(suite)
    some = REVIEWER["requirements"][:5]  # type: ignore[index]
    answer = await suite.unit.create(f"{path}/reviewers", **REVIEWER | {"requirements": some, "agency_id": OUTSIDE[0]})
    assert "no_conflict_of_interest" in answer.json()["errors"][0]["message"]
    of_a_party = await suite.unit.create(f"{path}/reviewers", **REVIEWER | {"agency_id": POLICE[0]})
    assert of_a_party.json()["code"] == "conflict_of_interest"
    of_a_school = await suite.unit.create(f"{path}/reviewers", **REVIEWER | {"agency_id": SCHOOL[0]})
    assert of_a_school.json()["errors"][0]["code"] == "not_independent"
    her = suite.person(OUTSIDE, Role.REVIEWER, subject=HER)
    assert (await her.get(path)).status_code == 404
    conduct = await suite.unit.made(f"{path}/reviewers", **REVIEWER | {"person_id": HER, "agency_id": OUTSIDE[0]})
    assert [one["code"] for one in conduct["reviewers"][0]["requirements"]][-1] == "no_conflict_of_interest"
    assert path.split("/")[2] in [one["id"] for one in await her.items("/practice-reviews")]
    etag = (await suite.unit.get(path)).headers["etag"]
    place = f"{path}/reviewers/{conduct['reviewers'][0]['id']}"
    assert (await suite.unit.does(place, "end", etag=etag, reason="She moves abroad.")).status_code == 200
    assert (await her.get(path)).status_code == 404


async def test_how_it_is_held(suite: Running) -> None:
    """Terms in versions with reasons, milestones whose first day stays, who was heard without a name."""
    path = await commissioned(suite)
    conduct = f"{path}/conduct"

    async def does(action: str, **body: Any) -> Any:
        etag = (await suite.unit.get(conduct)).headers["etag"]
        return (await suite.unit.does(path, action, etag=etag, **body)).json()

    await does("terms", text="What is to be found out.")
    assert (await does("terms", text="And why."))["errors"][0]["path"] == "reason"
    held = await does("terms", text="And why.", reason="The panel asked.")
    assert [(one["number"], one["reason"]) for one in held["terms"]] == [(2, "The panel asked."), (1, None)]
    await suite.unit.made(f"{path}/milestones", title="Draft report", planned_on="2027-01-15")
    await does("milestones/1/move", due_on="2027-02-01", reason="The chronologies were late.")
    held = await does("milestones/1/move", due_on="2027-02-15", reason="They are still late.")
    milestone = held["milestones"][0]
    assert (milestone["planned_on"], milestone["drift_days"], milestone["drifts"]) == ("2027-01-15", 31, True)
    assert [move["was_due_on"] for move in milestone["moves"]] == ["2027-01-15", "2027-02-01"]
    held = await does("milestones/1/finish", done_on="2026-10-07")
    assert (held["milestones"][0]["drift_days"], held["milestones"][0]["drifts"]) == (-100, False)
    assert (await does("milestones/1/finish", done_on="2026-10-07"))["code"] == "already_done"
    assert (await does("milestones/2/finish", done_on="2026-10-07"))["code"] == "milestone_not_found"
    heard = {"heard": "family", "how": "met", "happened_on": "2026-10-06", "note": "Amelia Sampleton came along."}
    answer = await suite.unit.create(f"{path}/engagements", **heard)
    assert answer.json()["code"] == "seems_to_identify"
    made = await suite.unit.made(f"{path}/engagements", **heard | {"note": "Two of them came."})
    assert [(one["heard"], one["how"]) for one in made["engagements"]] == [("family", "met")]
