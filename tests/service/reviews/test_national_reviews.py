"""Is it true for us? A review published elsewhere, from its record to what is learnt here."""

from datetime import UTC, datetime
from typing import Any

import pytest

from services.reviews.learning.schemas import EXAMPLE as POINT
from services.reviews.national_reviews.schemas import EXAMPLE
from services.reviews.recommendations.schemas import EXAMPLE as RECOMMENDATION
from shared.policy import Role
from tests.service.reviews.running import COUNCIL, POLICE, SCHOOL, TRUST, Running

pytestmark = pytest.mark.anyio


async def asked(suite: Running) -> str:
    """The path of one about which the police and the trust are asked."""
    recorded = await suite.unit.made("/national-reviews", **EXAMPLE)
    path = f"/national-reviews/{recorded['id']}"
    await suite.unit.did(path, "ask", agency_ids=[POLICE[0], TRUST[0]])
    return path


async def test_from_the_publication_to_what_is_learnt(suite: Running) -> None:
    """Asked, answered by each for itself with what shows it, concluded, and drawn into a learning point on the thread."""
    path = await asked(suite)
    police, trust = (suite.person(one, Role.AGENCY_LEAD) for one in (POLICE, TRUST))
    shows = "An audit of ten visits found the same in two."
    said = await police.did(path, "answer", verdict="partly", evidence=shows)
    assert [one["agency_id"] for one in said["answers"]] == [POLICE[0]]  # the other's answer is its own
    assert (said["in_words"], said["steps"]) == ("1 of 1 agencies has answered.", [])
    whole = await suite.unit.read(path)
    assert (whole["reference"], whole["in_words"]) == ("NR-2627-0001", "1 of 2 agencies has answered.")
    assert {one["agency_id"]: one["due_on"] for one in whole["answers"]} == {
        POLICE[0]: "2026-11-04",
        TRUST[0]: "2026-11-04",
    }
    assert [one["what"] for one in await trust.items("/waits")] == ["national_review"]
    await suite.at(datetime(2026, 11, 5, 9, 0, tzinfo=UTC))
    assert (await suite.unit.read(path))["in_words"] == f"1 of 2 agencies has answered; overdue: {TRUST[0]}."
    assert len(await suite.unit.items("/national-reviews", overdue=True)) == 1
    assert await police.items("/national-reviews", overdue=True) == []
    assert len(await trust.items("/national-reviews", overdue=True, asked_agency_id=TRUST[0])) == 1

    learnt = suite.person(COUNCIL, Role.LI_MEMBER)
    point = await learnt.made(f"{path}/learning", **POINT)
    assert (point["national_review_id"], point["number"]) == (whole["id"], 1)
    assert [one["id"] for one in await police.items("/learning", national_review_id=whole["id"])] == [point["id"]]
    [drawn] = await suite.told(point["id"])
    assert drawn.causes == [{"type": "reviews.national_review", "id": whole["id"]}]
    done = await learnt.did(path, "conclude", verdict="partly", text="Visits are to be announced less often.")
    assert (done["status"], done["in_words"]) == ("concluded", "Concluded: partly; 1 of 2 agencies had answered.")
    assert (await police.does(path, "answer", verdict="partly", evidence=shows)).json()["code"] == "not_in_this_status"
    told = await suite.told(whole["id"])
    happened = [one.type.split(".")[2] for one in told]
    assert happened == ["recorded", "asked", "answered", "asked_again", "concluded"]
    assert shows not in str([one.data for one in told])
    assert [one["did"] for one in (await suite.unit.read(path))["steps"]] == ["record", "ask", "answer", "conclude"]


async def test_who_does_not_answer_is_asked_twice_more_and_then_told_of(suite: Running) -> None:
    """The business unit has it before it, once; nobody is asked any more once it is concluded."""
    path = await asked(suite)
    for day in (5, 13, 21, 30):
        await suite.at(datetime(2026, 11, day, 9, 0, tzinfo=UTC))
    whole = await suite.unit.read(path)
    told = [one.type.split(".")[2] for one in await suite.told(whole["id"])]
    assert told == ["recorded", "asked", *["asked_again"] * 4, *["silent"] * 2]
    assert [(one["times_asked"], one["told_at"][:10]) for one in whole["answers"]] == [(2, "2026-11-21")] * 2
    trust = suite.person(TRUST, Role.AGENCY_LEAD)
    await trust.did(path, "answer", verdict="partly", evidence="An audit of ten visits found the same in two.")
    [silent] = await suite.unit.items("/waits", what="national_review_silent")
    assert (silent["silent_agency_id"], silent["agency_id"], silent["times_asked"]) == (POLICE[0], None, 2)


async def test_what_is_true_here_is_put_right(suite: Running) -> None:
    """Once the body has concluded so, something is recommended because of it, with its learning; not before."""
    path = await asked(suite)
    point = await suite.unit.made(f"{path}/learning", **POINT)
    wanted = RECOMMENDATION | {"lead_agency_id": POLICE[0], "learning_point_ids": [point["id"]]}
    early = await suite.unit.create(f"{path}/recommendations", **wanted)
    assert (early.status_code, early.json()["code"]) == (409, "not_true_here")
    await suite.unit.did(path, "conclude", verdict="true_for_us", text="Visits are announced here, too.")
    made = await suite.unit.made(f"{path}/recommendations", **wanted)
    assert (made["number"], made["lacking"], made["learning"][0]["id"]) == (1, [], point["id"])
    [event] = await suite.told(made["id"])
    review = {"type": "reviews.national_review", "id": made["national_review_id"]}
    assert event.causes == [{"type": "reviews.learning_point", "id": point["id"]}, review]
    for agency, sees in ((POLICE, 1), (TRUST, 1), (SCHOOL, 0)):
        person = suite.person(agency, Role.AGENCY_LEAD)
        found = await person.items("/recommendations", national_review_id=made["national_review_id"])
        assert len(found) == sees, agency
    police = suite.person(POLICE, Role.AGENCY_LEAD)
    assert (await police.did(f"/recommendations/{made['id']}", "accept"))["status"] == "accepted"


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"agency_ids": [POLICE[0]]}, "agency_ids"),  # asked already
        ({"agency_ids": ["nobody-here"]}, "agency_ids.0"),
        ({"agency_ids": [SCHOOL[0]], "due_on": "2026-12-01"}, "due_on"),
        ({"agency_ids": [SCHOOL[0]], "due_on": "2026-10-06"}, "due_on"),
    ],
)
async def test_who_cannot_be_asked(suite: Running, said: dict[str, Any], field: str) -> None:
    answer = await suite.unit.does(await asked(suite), "ask", **said)
    assert (answer.status_code, answer.json()["errors"][0]["path"]) == (422, field)


async def test_who_was_not_asked(suite: Running) -> None:
    """She sees nothing of it, and nobody answers for another's agency."""
    path = await asked(suite)
    assert (await suite.person(SCHOOL, Role.AGENCY_LEAD).get(path)).status_code == 404
    police = suite.person(POLICE, Role.AGENCY_LEAD)
    body = {"verdict": "not_known", "evidence": "Nothing was looked at."}
    assert (await police.does(path, "answer", agency_id=TRUST[0], **body)).status_code == 403
    assert (await suite.unit.does(path, "answer", agency_id=SCHOOL[0], **body)).status_code == 422
    future = await suite.unit.create("/national-reviews", **EXAMPLE | {"published_on": "2027-01-01"})
    assert future.json()["errors"][0]["path"] == "published_on"
