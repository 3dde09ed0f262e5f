"""The thread's second half: an action, the training for it, the evidence, and the names of those who say that it helped."""

import re
from collections import Counter
from hashlib import sha256

from tests.e2e.thread_cast import AGENCIES, SPINE, Cast

LINK = re.compile(r"/training/v1/evaluation-links/[\w.~-]+")
ACTIONS, BOOKINGS = "/governance/v1/actions", "/training/v1/bookings"
WORDED = {
    "text": "Every home visit before the sixth week sees where the child sleeps, and the record says so.",
    "evidence_required": "The register of the training, and the form as it is now.",
    "measured": "Records of a first visit that say where the child sleeps.",
    "baseline": "22 of 60 in the quarter before.",
    "target": "54 of 60 in a quarter.",
    "measured_by": "2027-06-30",
}


async def agreed(cast: Cast) -> None:
    """An action stands beside it, proposed by nobody's hand; its agency words it and names its owner, and L&I's chair agrees."""
    await cast.until("2026-11-05T10:00:00Z")
    [proposed] = (await cast.named_nurse.reads(ACTIONS, source_id=cast.id("recommendation")))["items"]
    found = (proposed["status"], proposed["lead_agency_id"], proposed["due_on"], proposed["signing_code"])
    assert found == ("proposed", AGENCIES["icb"], "2027-02-26", "case_review")
    path = cast.keep("action", ACTIONS, proposed)
    owner = {"owner_id": cast.owner.id, "owner_name": cast.owner.named["person_name"]}
    await cast.named_nurse.does(path, "amend", **WORDED, **owner)
    assert (await cast.chair.does(path, "agree", text="Taken on."))["status"] == "agreed"
    await cast.owner.does(path, "start")


async def asked_for(cast: Cast) -> None:
    """A course is made because the learning and the action ask for it, and a session of it planned."""
    asked_by = [{"type": SPINE[one], "id": cast.id(one)} for one in ("learning", "action")]
    course = await cast.programme.makes(
        "/training/v1/courses",
        code="seeing-where-a-child-sleeps",
        title="Seeing where a child sleeps",
        themes=["Safe sleep"],
        audience=["Whoever visits families at home"],
        length_minutes=90,
        mode="in_person",
        evaluation="short",
        causes=asked_by,
    )
    cast.keep("course", "/training/v1/courses", course)
    session = await cast.programme.makes(
        "/training/v1/sessions",
        course_id=course["id"],
        starts_at="2026-12-02T12:00:00Z",
        ends_at="2026-12-02T13:30:00Z",
        place="Town hall, room 2",
        places=30,
        trainers=[{"subject": cast.trainer.id, "name": cast.trainer.named["person_name"]}],
    )
    cast.keep("session", "/training/v1/sessions", session)


async def booked(cast: Cast) -> None:
    """Three agencies' leads book for their teams; an officer asks for herself, and her lead approves."""
    practice = f"/training/v1/practices/{AGENCIES['police']}"
    approves = await cast.police.changes(practice, "agency_lead", "PATCH", approves=True)
    assert approves.status_code == 200, approves.text
    teams = {cast.police_lead: 10, cast.named_nurse: 10, cast.social_worker: 9}
    for lead, number in teams.items():
        people = [{"name": f"Delegate {n}", "email": address(lead.agency.short, n)} for n in range(number)]
        team = await lead.makes("/training/v1/team-bookings", session_id=cast.id("session"), delegates=people)
        assert team["booked"] == number
    own = {"session_id": cast.id("session"), "name": "An officer", "email": address("police", 99)}
    asked = await cast.officer.makes(BOOKINGS, **own)
    path = cast.keep("booking", BOOKINGS, asked)
    assert asked["status"] == "requested"
    assert (await cast.police_lead.does(path, "approve"))["status"] == "booked"


def address(short: str, number: int) -> str:
    """The work address of one of an agency's delegates."""
    return f"delegate-{number}@{short}.example"


async def held(cast: Cast) -> None:
    """Three sign in by the code, and one who has no place; the register says that one of thirty did not come: thirty were there."""
    await cast.until("2026-12-02T12:05:00Z")
    path = cast.paths["session"]
    code = (await cast.trainer.reads(f"{path}/sign_in"))["code"]
    walks_in = {"name": "Somebody without a place", "agency_id": AGENCIES["council"]}
    signs_in: list[dict[str, str]] = [{"email": address("icb", n)} for n in range(3)]
    for delegate in (*signs_in, {"email": address("council", 77)} | walks_in):
        signed = await cast.client.post(f"{cast.mode.url}{path}/sign_in", json={"code": code} | delegate)
        assert signed.status_code == 200, signed.text
    await cast.until("2026-12-02T14:00:00Z")
    there = [address("police", n) for n in (*range(9), 99)] + [address("council", n) for n in range(9)]
    there += [address("icb", n) for n in range(3, 10)]
    entered = [{"email": one, "outcome": "attended"} for one in there]
    register = await cast.trainer.agency.changes(
        path, "trainer", "POST", "/register", delegates=entered, rest_missed=True
    )
    assert (register.json()["attendances"], register.json()["reconciles"]) == (30, True), register.text
    assert (await cast.trainer.does(path, "hold"))["status"] == "held"
    [line] = (await cast.unit.reads("/training/v1/figures", session_id=cast.id("session")))["lines"]
    assert (line["attendances"], line["people"], line["delegates"]) == (30, 30, 31)


async def evaluated(cast: Cast) -> None:
    """Each of the thirty has a letter with a link of her own; eighteen say by it what it was worth, and are certified."""
    await cast.until("2026-12-02T15:00:00Z")
    links = await cast.letters("Seeing where a child sleeps", LINK, number=30)
    for link in links[:18]:
        said = await cast.client.post(cast.mode.url + link, json={"answers": {"confident": 4}})
        assert said.status_code == 200, said.text
    of_session = {"session_id": cast.id("session"), "limit": 200}
    asked = (await cast.programme.reads("/training/v1/evaluations", **of_session))["items"]
    assert Counter(one["status"] for one in asked) == {"answered": 18, "asked": 12}
    certified = (await cast.programme.reads("/training/v1/certificates", **of_session))["items"]
    assert len(certified) == 18


async def claimed(cast: Cast) -> None:
    """The action's owner shows what was done, and claims that the activity is complete: L&I has it now."""
    await cast.until("2026-12-03T10:00:00Z")
    path = cast.paths["action"]
    await cast.owner.makes(
        f"{path}/evidence",
        kind="quantitative",
        title="The register of the training",
        text="Thirty attendances of three agencies; the form asks where the child sleeps.",
    )
    done = await cast.owner.does(path, "claim", text="Who visits is trained, and the form is changed.")
    assert (done["status"], done["waiting_for"]) == ("activity_claimed", "learning-and-improvement")


async def activity_signed(cast: Cast) -> None:
    """Phase 1: a member of L&I signs, by its decision."""
    cast.decisions["sign"] = await cast.decided("learning-and-improvement", "What was to be done is done.")
    signed = await cast.li_police.does(cast.paths["action"], "sign", decision_id=cast.decisions["sign"])
    assert (signed["status"], signed["waiting_for"]) == ("activity_signed", "quality-assurance")


async def moderated(cast: Cast) -> None:
    """A social worker is given a seat on QA, and moderates; the owner says how impact is tested. Six months begin."""
    seat = {"body_id": "quality-assurance", "seat": "member", "starts_on": cast.day.isoformat()}
    await cast.unit.makes(
        "/governance/v1/memberships", **seat, **cast.social_worker.named, agency_id=AGENCIES["council"]
    )
    await cast.until("2026-12-03T11:00:00Z")  # by now she signs in as such
    path = cast.paths["action"]
    cast.decisions["moderate"] = await cast.decided("quality-assurance", "The evidence bears what is claimed.")
    done = await cast.social_worker.does(path, "moderate", decision_id=cast.decisions["moderate"])
    assert (done["status"], done["impact_from"]) == ("moderated", "2027-06-03")
    await cast.owner.does(path, "test", text="Sixty records of first visits, and twelve parents are asked.")


async def impact_claimed(cast: Cast) -> None:
    """Half a year later there are figures and voices, and the owner claims that practice has changed."""
    await cast.until("2027-06-03T09:00:00Z")
    path = cast.paths["action"]
    shown = {
        "quantitative": ("Sample of sixty records", "56 of 60 say where the child sleeps; it was 22 of 60."),
        "qualitative": ("What twelve parents say", "Eleven were asked to show the bed, and glad that somebody looked."),
    }
    for kind, (title, text) in shown.items():
        await cast.owner.makes(f"{path}/evidence", kind=kind, title=title, text=text)
    done = await cast.owner.does(path, "claim_impact", result="56 of 60", text="It is seen, and written down.")
    assert (done["status"], done["waiting_for"]) == ("impact_claimed", "executive")


async def impact_signed(cast: Cast) -> None:
    """Phase 2: a third person, of another agency than phase 1, signs for the Executive; a delegated partner closes it."""
    path = cast.paths["action"]
    decision = cast.decisions["sign_impact"] = await cast.decided("executive", "Practice has improved; it is closed.")
    await cast.executive.does(path, "sign_impact", decision_id=decision)
    done = await cast.delegates[1].does(path, "close", decision_id=decision)
    signed = {one["phase"]: one for one in done["signatures"]}
    assert done["status"] == "closed"
    assert len({one["signer"] for one in done["signatures"]}) == 4
    assert signed["activity"]["agency_id"] != signed["impact"]["agency_id"]
    assert {one["decision_id"] for one in done["signatures"]} == set(cast.decisions.values())
    for one in done["signatures"]:
        assert (sha256(one["signed"].encode()).hexdigest(), one["stale"]) == (one["sha256"], False)
