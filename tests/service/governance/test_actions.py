"""An action from its proposal to its closing, over HTTP: two phases, three people, two agencies, and what each hears."""

import hashlib
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from shared.contracts import governance_actions as events
from shared.policy import Role
from tests.service.governance.acting import EXECUTIVE, FIGURES, ICB, LI, NEW, POLICE, QA, VOICES, Life, seated
from tests.service.governance.running import COUNCIL, SCHOOL, TRUST, Running

APRIL = datetime(2027, 4, 12, 9, 0, tzinfo=UTC)


async def test_the_whole_life_of_an_action(suite: Running) -> None:
    li, qa = await seated(suite, POLICE, LI), await seated(suite, ICB, QA)
    partner = await seated(suite, ICB, EXECUTIVE, "delegated_partner")
    member = await seated(suite, ICB, EXECUTIVE, "member")
    life = Life(suite)
    made = await life.proposed(causes=[{"type": "reviews.recommendation", "id": "r-1"}])
    assert (made["reference"], made["status"], made["agency_id"]) == ("ACT-2627-0001", "proposed", COUNCIL[0])
    assert made["delay"] == "Due 2 November 2026."
    assert await life.refused(life.lead, "agree") == "role_not_granted"
    agreed = await life.do(suite.unit, "agree", text="Taken on.")
    assert (agreed["status"], agreed["update_by"]) == ("agreed", "2027-01-07")
    await life.do(life.owner, "start")
    assert await life.refused(life.owner, "claim", text="Done.") == "invalid"
    await life.add(life.owner, "evidence", kind="qualitative", title="Minutes", text="Of one month.")
    claimed = await life.do(life.owner, "claim", text="It is done.")
    assert (claimed["status"], claimed["waiting_for"], claimed["waiting_since"]) == (
        "activity_claimed",
        LI,
        "2026-10-07",
    )
    decision = await life.decided(LI, "2026-10-07")
    signed = await life.do(li, "sign", **decision)
    assert (signed["status"], signed["waiting_for"], signed["impact_from"]) == ("activity_signed", QA, None)
    assert await life.refused(life.owner, "test", text="An audit.") == "not_moderated"
    moderated = await life.do(qa, "moderate", **await life.decided(QA, "2026-10-07"))
    assert (moderated["status"], moderated["impact_from"]) == ("moderated", "2027-04-07")
    assert moderated["delay"].startswith("Impact due 7 April 2027")
    await life.do(life.owner, "test", text="An audit of twenty in April.")
    await life.add(life.owner, "evidence", **FIGURES)
    assert await life.refused(life.owner, "claim_impact", result="58 of 60", text="Better.") == "impact_too_early"
    await suite.at(APRIL)
    assert await life.refused(life.owner, "claim_impact", result="58 of 60", text="Better.") == "invalid"
    await life.add(life.owner, "evidence", **VOICES)
    impact = await life.do(life.owner, "claim_impact", result="58 of 60", text="Better.")
    assert (impact["waiting_for"], impact["result"], impact["days_over"]) == (EXECUTIVE, "58 of 60", 5)
    executive = await life.decided(EXECUTIVE, "2027-04-12", about={"type": "governance.action", "id": life.id})
    await life.do(member, "sign_impact", **executive)
    assert await life.refused(member, "close", **executive) == "role_not_granted"
    closed = await life.do(partner, "close", **executive, text="Closed.")
    assert (closed["status"], closed["waiting_for"], closed["stale"]) == ("closed", None, False)
    assert [one["phase"] for one in closed["signatures"]] == ["activity", "moderation", "impact", "closing"]
    assert {one["agency_id"] for one in closed["signatures"]} == {POLICE[0], ICB[0]}
    for one in closed["signatures"]:
        assert hashlib.sha256(one["signed"].encode()).hexdigest() == one["sha256"]
    told = [one for one in await suite.events("action") if one.subject == life.id]
    assert [one.type.split(".")[2] for one in told] == [
        "proposed",
        "agreed",
        "started",
        "evidence_supplied",
        "activity_claimed",
        "activity_signed",
        "moderated",
        "impact_testing",
        "evidence_supplied",
        "update_due",
        "drifting",
        "evidence_supplied",
        "impact_claimed",
        "impact_signed",
        "closed",
    ]
    assert isinstance(told[-1], events.ActionClosed)
    assert (told[-1].signing_agency_id, told[-1].sha256) == (ICB[0], closed["signatures"][-1]["sha256"])
    recommended = {"type": "reviews.recommendation", "id": "r-1"}
    assert await suite.causes(told[0]) == [recommended]
    rests_on = {"type": "governance.body_decision", "id": executive["decision_id"]}
    assert await suite.causes(told[-1]) == [recommended, rests_on]


async def test_nobody_signs_what_is_her_own(suite: Running) -> None:
    li = await seated(suite, POLICE, LI)
    unit = await seated(suite, COUNCIL, LI, "member", Role.BUSINESS_UNIT)
    elsewhere = await seated(suite, POLICE, QA)
    observer = await seated(suite, POLICE, LI, "observer", Role.PRACTITIONER)
    life = Life(suite)
    owner = await seated(suite, COUNCIL, LI, "member", Role.AGENCY_LEAD)
    made = await owner.made("/actions", **NEW | {"owner_id": str(uuid4())})
    life.id = made["id"]
    assert await life.refused(owner, "agree") == "role_not_granted"
    proposer = suite.person(COUNCIL, Role.BUSINESS_UNIT)
    by_unit = Life(suite)
    by_unit.id = (await proposer.made("/actions", **NEW | {"owner_id": str(uuid4())}))["id"]
    assert await by_unit.refused(proposer, "agree") == "own_work"
    await life.do(suite.unit, "agree")
    await life.do(owner, "start")
    await life.add(owner, "evidence", kind="qualitative", title="Minutes", text="Of one month.")
    await life.do(owner, "claim", text="It is done.")
    cited = await life.decided(LI, "2026-10-07")
    assert await life.refused(owner, "sign", **cited) == "own_work"
    assert await life.refused(elsewhere, "sign", **cited) == "not_on_signing_body"
    assert await life.refused(observer, "sign", **cited) == "not_on_signing_body"
    system = suite.person(POLICE, Role.PRACTITIONER, access="application")
    assert await life.refused(system, "sign", **cited) == "role_not_granted"
    assert await life.refused(li, "sign", **await life.decided(QA, "2026-10-07")) == "invalid"
    assert await life.refused(li, "sign", **await life.decided(LI, "2026-10-06")) == "invalid"
    assert await life.refused(li, "sign", decision_id=str(uuid4())) == "invalid"
    assert (await life.do(unit, "sign", **cited))["status"] == "activity_signed"
    qa = await seated(suite, COUNCIL, QA, "member", Role.LI_MEMBER)
    assert (await life.do(qa, "moderate", **await life.decided(QA, "2026-10-07")))["status"] == "moderated"


async def test_what_changes_after_it_was_signed_is_stale(suite: Running) -> None:
    li, qa = await seated(suite, POLICE, LI), await seated(suite, ICB, QA)
    life = Life(suite)
    await life.claimed()
    await life.do(li, "sign", **await life.decided(LI, "2026-10-07"))
    changed = await life.do(life.owner, "amend", target="50 of 60", reason="It was too much.")
    assert (changed["stale"], changed["signatures"][0]["stale"]) == (True, True)
    assert [one["id"] for one in await suite.unit.items("/actions", stale="true")] == [life.id]
    assert await life.refused(qa, "moderate", **await life.decided(QA, "2026-10-07")) == "signature_stale"
    back = await life.do(life.owner, "amend", target=NEW["target"])
    assert back["stale"] is False
    evidence = await life.add(life.owner, "evidence", kind="quantitative", title="More", text="12.", phase="activity")
    assert evidence["stale"] is True
    where = f"{life.path}/evidence/{evidence['evidence'][-1]['id']}"
    read = await life.owner.get(life.path)
    headers = life.owner.headers | {"if-match": read.headers["etag"]}
    gone = await suite.client.post(f"/governance/v1{where}/withdraw", json={"reason": "Not ours."}, headers=headers)
    assert (gone.json()["stale"], gone.json()["evidence"][-1]["withdrawn_why"]) == (False, "Not ours.")
    await life.do(life.owner, "amend", text="Some discussions have health in them.", reason="Easier.")
    reopened = await life.do(suite.unit, "reopen", due_on="2027-01-15", reason="The text was changed after signing.")
    assert (reopened["status"], reopened["due_on"], reopened["moves"]) == ("reopened", "2027-01-15", 1)
    assert reopened["signatures"][0]["set_aside_at"]
    assert reopened["stale"] is False
    assert (reopened["due_dates"][0]["from_on"], reopened["due_dates"][0]["to_on"]) == ("2026-11-02", "2027-01-15")


async def test_a_claim_goes_back_with_its_reason(suite: Running) -> None:
    li, qa = await seated(suite, POLICE, LI), await seated(suite, ICB, QA)
    life = Life(suite)
    await life.claimed()
    assert await life.refused(qa, "return", reason="No.") == "not_on_signing_body"
    back = await life.do(li, "return", reason="Minutes of one month are not enough.")
    assert (back["status"], back["waiting_for"]) == ("in_progress", None)
    assert back["entries"][-1]["text"] == "Minutes of one month are not enough."
    await life.do(life.owner, "claim", text="Now of three.")
    await life.do(li, "sign", **await life.decided(LI, "2026-10-07"))
    back = await life.do(qa, "return", reason="They do not show it.")
    assert (back["status"], back["signatures"][0]["set_aside_at"] is not None) == ("in_progress", True)


async def test_nothing_that_was_agreed_ends_quietly(suite: Running) -> None:
    life, other = Life(suite), Life(suite)
    await life.running()
    assert await life.refused(suite.unit, "decline", reason="No more.") == "not_in_this_status"
    assert await life.refused(suite.unit, "supersede", by_action_id=life.id, reason="By itself.") == "invalid"
    await other.proposed(text="Every discussion has all three agencies in it.")
    done = await life.do(suite.unit, "supersede", by_action_id=other.id, reason="The new one is wider.")
    assert (done["status"], done["superseded_by"]) == ("superseded", other.id)
    taken = (await suite.unit.get(other.path)).json()
    assert taken["causes"] == [{"type": "governance.action", "id": life.id}]
    proposal = Life(suite)
    await proposal.proposed()
    declined = await proposal.do(suite.unit, "decline", reason="Done elsewhere.")
    assert declined["status"] == "not_accepted"


async def test_an_action_is_agreed_whole_and_by_another(suite: Running) -> None:
    life = Life(suite)
    await life.proposed(measured=None, due_on=None)
    refused = await suite.unit.edit(life.path, {}, "agree")
    assert {error["path"] for error in refused.json()["errors"]} == {"measured", "due_on"}
    await life.do(life.lead, "amend", measured="How many.", due_on="2026-12-01")
    chair = await seated(suite, POLICE, LI, "chair")
    elsewhere = await seated(suite, POLICE, QA, "chair")
    assert await life.refused(elsewhere, "agree") == "not_in_the_chair"
    await life.do(chair, "agree")
    refused = await life.lead.edit(life.path, {"due_on": "2027-12-01"}, "amend")
    assert refused.json()["errors"][0]["path"] == "due_on"
    bad = {"plan_id": str(uuid4()), "body_id": "no-body", "lead_agency_id": "no-agency", "area_code": "no-area"}
    for name, value in bad.items():
        answer = await suite.unit.create("/actions", **NEW | {name: value})
        assert (answer.status_code, answer.json()["errors"][0]["path"]) == (422, name)
    other = await suite.person(SCHOOL, Role.AGENCY_LEAD).create("/actions", **NEW)
    assert other.json()["code"] == "not_your_action"


async def test_who_sees_which_actions(suite: Running) -> None:
    life, trusts = Life(suite), Life(suite)
    await life.proposed()
    trusts.owner_id = str(uuid4())
    made = await suite.unit.made("/actions", **NEW | {"lead_agency_id": TRUST[0], "owner_id": trusts.owner_id})
    trusts.id = made["id"]
    member = await seated(suite, TRUST, "neglect-board", "member", Role.PRACTITIONER)
    seen: dict[str, Any] = {
        "owner": [one["id"] for one in await trusts.owner.items("/actions", mine="true")],
        "agency": [one["id"] for one in await suite.person(COUNCIL).items("/actions")],
        "lead elsewhere": [one["id"] for one in await suite.person(POLICE, Role.AGENCY_LEAD).items("/actions")],
        "member": [one["id"] for one in await (await seated(suite, POLICE, QA)).items("/actions")],
        "another body": [one["id"] for one in await member.items("/actions")],
        "scrutineer": [
            one["id"]
            for one in await suite.person(("independent-scrutineer", _independent()), Role.SCRUTINEER).items("/actions")
        ],
    }
    both = [trusts.id, life.id]
    assert seen == {
        "owner": [trusts.id],
        "agency": [life.id],
        "lead elsewhere": [],
        "member": both,
        "another body": [trusts.id],
        "scrutineer": both,
    }
    hidden = await suite.person(POLICE).get(life.path)
    assert (hidden.status_code, hidden.json()["code"]) == (404, "action_not_found")
    assert (await suite.person(COUNCIL).edit(life.path, {"text": "Mine."}, "start")).json()["code"] == "not_your_action"
    elsewhere = await suite.person(TRUST, Role.AGENCY_LEAD, Role.LI_MEMBER).edit(life.path, {"reason": "No."}, "return")
    assert "is for those who sit on Cheshire East Safeguarding Partnership Executive or" in elsewhere.json()["detail"]
    counted = (await suite.person(POLICE).get("/actions/counts")).json()
    assert (counted["actions"], counted["by_status"]) == (0, {})


def _independent() -> Any:
    from shared.policy import AgencyType

    return AgencyType.INDEPENDENT
