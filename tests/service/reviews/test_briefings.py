"""A seven-minute briefing: written, sent, passed on agency by agency, the silent ones asked again, and then told of."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.reviews.briefings.queries import parts
from services.reviews.load import id_of
from services.reviews.practice_reviews.schemas import EXAMPLE
from shared.policy import Role
from tests.service.reviews.running import COUNCIL, POLICE, SCHOOL, TRUST, Running
from tests.service.reviews.test_rapid_reviews import succeeded

pytestmark = pytest.mark.anyio

CHILD_J = f"/practice-reviews/{id_of('child-j')}"


async def begun(suite: Running, review: str = CHILD_J) -> str:
    """The path of a briefing whose parts are written."""
    briefing = await suite.unit.made(f"{review}/briefings")
    path = f"/briefings/{briefing['id']}"
    for part in parts():
        await suite.unit.did(path, "write", part=part.code, text="Ask the father, too.")
    return path


async def test_from_writing_to_the_last_acknowledgement(suite: Running) -> None:
    """Seven parts; each agency sees its own answer and the counts; who is silent is asked again, every week."""
    path = await begun(suite)
    sent = await suite.unit.did(path, "send", agency_ids=[COUNCIL[0], POLICE[0], SCHOOL[0]])
    assert (len(sent["parts"]), sent["status"], sent["acknowledge_by"]) == (7, "sent", "2026-11-04")
    school, police = suite.person(SCHOOL, Role.AGENCY_LEAD), suite.person(POLICE, Role.AGENCY_LEAD)
    heard = await school.did(path, "acknowledge", cascaded_to="All staff, on the training day.", reached=42)
    assert [one["agency_id"] for one in heard["recipients"]] == [SCHOOL[0]]
    assert (heard["counts"]["acknowledged"], heard["counts"]["reached"]) == (1, 42)
    again = await school.does(path, "acknowledge", cascaded_to="Again.")
    assert again.json()["code"] == "already_acknowledged"
    assert (await police.does(path, "acknowledge", cascaded_to="No.", agency_id=COUNCIL[0])).status_code == 403

    await suite.at(datetime(2026, 11, 4, 23, 0, tzinfo=UTC))
    whole = await suite.unit.read(path)
    assert (whole["counts"]["silent"], [one["times_asked"] for one in whole["recipients"]]) == (0, [0, 0, 0])
    await suite.at(datetime(2026, 11, 5, 0, 1, tzinfo=UTC))
    await suite.at(datetime(2026, 11, 13, 0, 1, tzinfo=UTC))
    shown = {one["agency_id"]: one for one in (await suite.unit.read(path))["recipients"]}
    assert [shown[agency[0]]["times_asked"] for agency in (COUNCIL, POLICE, SCHOOL)] == [2, 2, 0]
    assert path.split("/")[2] in [one["id"] for one in await police.items("/briefings", silent=True)]
    assert await school.items("/briefings", silent=True) == []
    late = await police.did(path, "acknowledge", cascaded_to="Every response team.")
    assert late["recipients"][0]["late"]
    told = [event.type.split(".")[2] for event in await suite.told(path.split("/")[2])]
    assert told == ["sent", "acknowledged", *["asked_again"] * 4, "acknowledged"]
    again = await suite.unit.does(path, "send", agency_ids=[POLICE[0]])
    assert again.json()["errors"][0]["code"] == "sent_already"
    whole = await suite.unit.read(path)
    assert whole["counts"] == {"sent": 3, "acknowledged": 2, "late": 1, "silent": 1, "reached": 42}


async def test_who_is_silent_is_asked_so_often_and_then_told_of(suite: Running) -> None:
    """Four times; then the business unit hears of it once and has it before it, and the agency may still answer."""
    path = await begun(suite)
    await suite.unit.did(path, "send", agency_ids=[POLICE[0], SCHOOL[0]])
    for week in range(6):
        await suite.at(datetime(2026, 11, 5, 0, 1, tzinfo=UTC) + timedelta(days=8 * week))
    told = [event.type.split(".")[2] for event in await suite.told(path.split("/")[2])]
    assert told == ["sent", *["asked_again"] * 8, *["silent"] * 2]
    [of_police, of_school] = await suite.unit.items("/waits", what="briefing_silent")
    assert {one["silent_agency_id"] for one in (of_police, of_school)} == {POLICE[0], SCHOOL[0]}
    assert (of_police["agency_id"], of_police["times_asked"], of_police["overdue"]) == (None, 4, True)
    police = suite.person(POLICE, Role.AGENCY_LEAD)
    assert [(one["what"], one["times_asked"]) for one in await police.items("/waits")] == [("briefing", 4)]
    answered = await police.did(path, "acknowledge", cascaded_to="Every response team.")
    assert answered["recipients"][0]["told_at"]
    assert [one["silent_agency_id"] for one in await suite.unit.items("/waits", what="briefing_silent")] == [SCHOOL[0]]
    await suite.hears(
        succeeded(SCHOOL, TRUST)
    )  # the trust knows nothing of it, so it is asked as a further agency would be
    assert await suite.unit.items("/waits", what="briefing_silent") == []
    [asked] = await suite.person(TRUST, Role.AGENCY_LEAD).items("/waits", what="briefing")
    assert (asked["times_asked"], asked["overdue"], asked["due_at"][:10]) == (0, False, "2027-01-15")


async def test_what_is_not_sent(suite: Running) -> None:
    """A part that is missing; a review that nobody may know of; what could identify; to nobody of the register."""
    review = await suite.unit.made("/practice-reviews", **EXAMPLE)
    draft = await begun(suite, f"/practice-reviews/{review['id']}")
    everybody: dict[str, Any] = {"agency_ids": [COUNCIL[0]]}
    assert (await suite.unit.does(draft, "send", **everybody)).json()["code"] == "briefing_not_ready"
    briefing = await suite.unit.made(f"{CHILD_J}/briefings")
    path = f"/briefings/{briefing['id']}"
    assert "Still to be written: Why this" in (await suite.unit.does(path, "send", **everybody)).json()["detail"]
    for text in ("The child was 4 years old.", "It was in Crewe.", "Amelia Sampleton asked."):
        answer = await suite.unit.does(path, "write", part="learning", text=text)
        assert answer.json()["code"] == "seems_to_identify", text
    answer = await suite.unit.does(path, "write", part="learning", text="It was in Crewe.", text_checked=True)
    assert answer.status_code == 200
    assert (await suite.unit.does(path, "write", part="no_such_part", text="A.")).status_code == 422
    assert (await suite.person(SCHOOL, Role.AGENCY_LEAD).get(path)).json()["code"] == "briefing_not_found"
    whole = await begun(suite)
    answer = await suite.unit.does(whole, "send", agency_ids=["no-such-agency"])
    assert answer.json()["errors"][0]["path"] == "agency_ids.0"
