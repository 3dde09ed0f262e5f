"""The export: all that is an agency's own in reviews, and of another's return or a panel's work not a word."""

from shared.policy import Role
from tests.service.exported import records, taken_out, whole
from tests.service.reviews.cases import chaired, lead, notified, referred, review_of, votes, weighed
from tests.service.reviews.running import COUNCIL, ICB, POLICE, SCHOOL, TRUST, Running
from tests.service.reviews.test_national_reviews import asked as asked_elsewhere
from tests.service.reviews.test_practice_reviews import commissioned
from tests.service.reviews.test_rapid_reviews import TOLD, asked


async def test_everything_of_ones_own(suite: Running) -> None:
    """What the agency referred, returned, answered and voted; of others nothing, and each record shown is recorded."""
    incident = await notified(suite)
    review = await review_of(suite, incident)
    chair = await chaired(suite, review)
    for agency, text in ((SCHOOL, "Seen twice."), (POLICE, "Called once.")):
        of_agency = await asked(suite, review, agency_id=agency[0])
        await lead(suite, agency).did(f"/returns/{of_agency['id']}", "submit", **TOLD | {"text": text})
    await weighed(suite, review, chair)
    decision = (await suite.unit.read(f"/rapid-reviews/{review['id']}"))["decision_id"]
    await votes(suite, decision, "practice_review", POLICE)
    national = await asked_elsewhere(suite)
    for verdict in ("partly", "not_true_for_us"):
        await lead(suite, POLICE).did(national, "answer", verdict=verdict, evidence="An audit.")
    archive = await taken_out(lead(suite, POLICE))
    (case,) = records(archive, "referrals")
    assert (case["incident_id"], case["status"], case["referred_by"]) == (incident["id"], "notified", None)
    assert [one["reference"] for one in records(archive, "returns")] == [review["reference"]]
    assert [(one["text"], one["by"]) for one in records(archive, "return_entries")] == [
        ("Called once.", f"{POLICE[0]}/agency_lead")
    ]
    assert [one["verdict"] for one in records(archive, "national_answers")] == ["not_true_for_us"]
    assert len(records(archive, "national_answer_history")) == 2
    assert [one["choice"] for one in records(archive, "votes")] == ["practice_review"]
    assert {one["agency_id"] for one in records(archive, "letters")} == {POLICE[0]}
    assert "Seen twice." not in whole(archive)
    assert "The returns show it." not in whole(archive)  # the panel's
    shown = {one.record_type for one in await suite.access_records() if one.action == "reviews.export.read"}
    assert shown == {"reviews.incident", "reviews.return", "reviews.joint_decision"}
    # The chair's own agency has of the panel's work and of the case nothing but that a member was named.
    archive = await taken_out(lead(suite, ICB))
    assert records(archive, "returns") == records(archive, "votes") == []
    assert [one["reference"] for one in records(await taken_out(lead(suite, COUNCIL)), "notifications")]


async def test_whoever_only_takes_part(suite: Running) -> None:
    """Has its own part in a practice review; an agency acted for is taken out by itself; nobody but a lead may."""
    await commissioned(suite)
    await referred(suite, TRUST)
    stand_in = suite.person(SCHOOL, Role.AGENCY_LEAD, acting_for=[TRUST[0]])
    assert records(await taken_out(stand_in), "referrals") == []
    archive = await taken_out(suite.person(TRUST, Role.AGENCY_LEAD, access="application"))
    assert len(records(archive, "referrals")) == 1
    for role in (Role.BUSINESS_UNIT, Role.DELEGATED_PARTNER, Role.PRACTITIONER):
        assert (await suite.person(COUNCIL, role).get("/export")).status_code == 403
