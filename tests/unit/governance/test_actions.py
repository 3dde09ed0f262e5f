"""Actions: how they are closed, who works on them, whom they wait for, and what a signature pins."""

import json
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.governance.actions.domain import (
    AGREED_COLUMNS,
    OPEN,
    OVER,
    TRANSITIONS,
    Do,
    NotYours,
    OwnWork,
    SignatureStale,
    Source,
    Status,
    awaits,
    check_current,
    content,
    date_running,
    must_be_another,
    must_be_whole,
    must_work,
    pin,
    step,
)
from services.governance.plans.domain import Phase
from services.governance.plans.queries import signing, signing_for, signing_on, signings
from shared.moves import NotNow
from shared.policy import Access, AgencyType, Principal, Role
from shared.problems import Invalid

CASE, OTHER = signing("case_review", "1"), signing("other", "1")
OWNER = UUID("6f1c1d0a-8a4e-4c0e-9a53-0d8a51f0a001")


def somebody(*roles: Role, agency: str = "a-school", subject: str = "somebody") -> Principal:
    """A person with a token."""
    return Principal(subject, "c", agency, AgencyType.ACADEMY, frozenset(roles), frozenset(), Access.USER)


def test_what_is_over_stays_over_unless_it_is_reopened() -> None:
    """Nothing leads out of declined or superseded, and nothing but reopening out of closed."""
    assert {(status, do) for status, do in TRANSITIONS if status in OVER} == {(Status.CLOSED, Do.REOPEN)}
    assert {status for status, _ in TRANSITIONS} == OPEN | {Status.CLOSED}


def test_every_status_is_reached() -> None:
    """From proposed, each status can be reached."""
    reached = {Status.PROPOSED}
    for _ in Status:
        reached |= {to for (status, _), to in TRANSITIONS.items() if status in reached}
    assert reached == set(Status)


def test_the_one_way_to_closed() -> None:
    """It leads through both claims and both signatures; whoever takes a path around finds none."""
    way = {
        Status.CLOSED: {Status.IMPACT_SIGNED},
        Status.IMPACT_SIGNED: {Status.IMPACT_CLAIMED},
        Status.IMPACT_CLAIMED: {Status.IMPACT_TESTING},
        Status.ACTIVITY_SIGNED: {Status.ACTIVITY_CLAIMED},
        Status.ACTIVITY_CLAIMED: {Status.IN_PROGRESS},
    }
    for status, before in way.items():
        into = {one for (one, do), to in TRANSITIONS.items() if to is status and one is not status}
        assert into == before, status
    assert {do for (_, do), to in TRANSITIONS.items() if to is Status.CLOSED} == {Do.CLOSE}


@pytest.mark.parametrize("status", Status)
def test_whom_it_waits_for(status: Status) -> None:
    """A claim waits for the body that signs it: of case reviews L&I, Quality Assurance, the Executive; else by its rules."""
    bodies = {
        Status.ACTIVITY_CLAIMED: ("learning-and-improvement", "the-body"),
        Status.ACTIVITY_SIGNED: ("quality-assurance", None),
        Status.IMPACT_CLAIMED: ("executive", "quality-assurance"),
        Status.IMPACT_SIGNED: ("executive", "executive"),
    }
    expected = bodies.get(status, (None, None))
    assert (awaits(status, CASE, "the-body"), awaits(status, OTHER, "the-body")) == expected


def test_who_sees_it() -> None:
    """The owning body and those that sign; nobody moderates where the rules want none."""
    assert CASE.bodies("a-body") == ["a-body", "executive", "learning-and-improvement", "quality-assurance"]
    assert signing("inspection", "1").bodies("jtai-improvement-board") == ["executive", "jtai-improvement-board"]


def test_what_an_action_came_of_says_who_signs_it_where_nobody_does() -> None:
    assert {source for one in signings() for source in one.sources} <= set(Source)
    usual = {source: signing_for(source, date(2026, 10, 7)).code for source in Source}
    assert usual == dict.fromkeys(Source, "other") | {Source.REVIEW_RECOMMENDATION: "case_review"}


def test_rules_of_signing_are_told_apart_by_what_was_published() -> None:
    """Each code has one version today; the neutral one claims to be nobody's."""
    assert {one.code: one.verified for one in signings()} == {"case_review": True, "inspection": True, "other": False}
    for one in signings():
        assert signing_on(one.code, date(2026, 10, 7)) == one
        assert set(one.unverified) <= set(one.__slots__)
        assert one.impact_months > 0
        assert one.dates_approved_by


@pytest.mark.parametrize(
    ("principal", "may"),
    [
        (somebody(Role.PRACTITIONER, subject=str(OWNER)), True),
        (somebody(Role.AGENCY_LEAD), True),
        (somebody(Role.BUSINESS_UNIT, agency="the-council"), True),
        (somebody(Role.PRACTITIONER), False),
        (somebody(Role.AGENCY_LEAD, agency="another"), False),
        (somebody(Role.LI_MEMBER), False),
    ],
)
def test_who_works_on_it(principal: Principal, may: bool) -> None:
    """Its owner, the lead of its lead agency, the business unit."""
    if may:
        must_work(principal, OWNER, "a-school")
    else:
        with pytest.raises(NotYours):
            must_work(principal, OWNER, "a-school")


def test_nobody_signs_her_own_work() -> None:
    """The owner, and whoever has worked on it."""
    must_be_another("another", OWNER, {"worker"})
    for subject in ("worker", str(OWNER)):
        with pytest.raises(OwnWork):
            must_be_another(subject, OWNER, {"worker"})


def whole(**more: Any) -> dict[str, Any]:
    """An action that can be agreed to."""
    return {
        "reference": "ACT-2627-0001",
        "text": "Do it.",
        "lead_agency_id": "a-school",
        "owner_id": OWNER,
        "due_on": date(2026, 12, 18),
        "evidence_required": None,
        "measured": "How many.",
        "baseline": "4 of 10",
        "target": "9 of 10",
        "measured_by": date(2027, 6, 30),
        "result": None,
    } | more


@pytest.mark.parametrize("missing", AGREED_COLUMNS)
def test_nothing_is_agreed_by_halves(missing: str) -> None:
    """Owner, date and success measure are there from the beginning."""
    must_be_whole(whole())
    with pytest.raises(Invalid) as refused:
        must_be_whole(whole(**{missing: None}))
    assert [error.path for error in refused.value.errors] == [missing]


def test_moderation_is_offered_where_the_rules_want_it() -> None:
    """And then impact is not tested before it."""
    for rule, offered, other in ((CASE, Do.MODERATE, Do.TEST), (OTHER, Do.TEST, Do.MODERATE)):
        with pytest.raises(NotNow) as refused:
            step(Status.ACTIVITY_SIGNED, Do.CLAIM, rule)
        said = str(refused.value).partition("Possible now: ")[2].strip(".").split(", ")
        assert (offered in said, other in said) == (True, False)


def test_impact_is_measured_after_the_activity() -> None:
    with pytest.raises(Invalid, match="not before"):
        must_be_whole(whole(measured_by=date(2026, 12, 17)))


def test_which_date_runs() -> None:
    """The activity's until phase 1 is signed; then the day of the measuring, never before the interval is over."""
    due, measured = date(2026, 12, 18), date(2027, 3, 1)
    assert date_running(due, measured, None) == due
    assert date_running(due, measured, date(2027, 2, 1)) == measured
    assert date_running(due, measured, date(2027, 4, 1)) == date(2027, 4, 1)
    assert date_running(None, None, None) is None


def item(phase: Phase, **more: Any) -> dict[str, Any]:
    """A piece of evidence."""
    facts = dict.fromkeys(("text", "link", "sha256"), None)
    return facts | {"id": uuid4(), "phase": phase, "kind": "quantitative", "title": "Audit", "agency_id": "a"} | more


def test_what_a_signature_pins() -> None:
    """Phase 1: text, measure and the evidence of the activity; phase 2: result and all evidence. Who works on it is not pinned."""
    done, changed = item(Phase.ACTIVITY), item(Phase.IMPACT)

    def pins(row: dict[str, Any], *evidence: dict[str, Any]) -> tuple[str, str]:
        return pin(content(row, evidence, Phase.ACTIVITY)), pin(content(row, evidence, Phase.IMPACT))

    first = pins(whole(), done)
    assert pins(whole(owner_id=uuid4(), rating="done", version=7), done) == first
    assert pins(whole(), done, changed)[0] == first[0]
    assert pins(whole(), done, changed)[1] != first[1]
    assert pins(whole(result="9 of 10"), done)[0] == first[0]
    assert pins(whole(result="9 of 10"), done)[1] != first[1]
    for name in ("text", "evidence_required", "measured", "baseline", "target", "lead_agency_id"):
        other = pins(whole(**{name: "Otherwise."}), done)
        assert other[0] != first[0], name
        assert other[1] != first[1], name
    assert pins(whole(measured_by=date(2027, 7, 1)), done)[0] != first[0]
    assert pins(whole())[0] != first[0]
    for field in ("title", "text", "link", "sha256", "kind"):
        assert pins(whole(), done | {field: "Another."})[0] != first[0], field
    said = json.loads(content(whole(), [changed, done], Phase.CLOSING))
    assert [one["id"] for one in said["evidence"]] == sorted([str(done["id"]), str(changed["id"])])


def test_a_stale_signature_carries_nothing() -> None:
    check_current(stale=False)
    with pytest.raises(SignatureStale):
        check_current(stale=True)


def test_before_phase_1_there_is_no_signature_to_set_aside() -> None:
    unsigned = {Status.PROPOSED, Status.AGREED, Status.REOPENED, Status.IN_PROGRESS}
    assert {status for (status, do) in TRANSITIONS if do is Do.REOPEN} & unsigned == set()
