"""Learning of a review, what it recommends, and what whose it is says of that."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import pytest

from services.reviews.learning.schemas import EXAMPLE as POINT
from services.reviews.practice_reviews.schemas import EXAMPLE as REVIEW
from services.reviews.recommendations.schemas import EXAMPLE as RECOMMENDATION
from shared.contracts.governance import AgencySucceeded
from shared.contracts.governance_actions import ActionAgreed, ActionClosed, ActionDueDateMoved, ActionEvent
from shared.events import Cause
from shared.policy import Role
from tests.service.reviews.cases import notified, review_of
from tests.service.reviews.running import BODY, COUNCIL, ICB, POLICE, SCHOOL, TRUST, Running

pytestmark = pytest.mark.anyio

SIGNED = {"phase": "closing", "signing_body_id": "executive", "signing_agency_id": ICB[0], "sha256": "0" * 64}


@pytest.fixture
async def review(suite: Running) -> dict[str, Any]:
    """A review in which council and police take part."""
    return await suite.unit.made("/practice-reviews", **REVIEW)


def of(review: dict[str, Any], noun: str) -> str:
    """Where a review's learning or recommendations are made."""
    return f"/practice-reviews/{review['id']}/{noun}"


async def test_from_learning_to_an_accepted_recommendation(suite: Running, review: dict[str, Any]) -> None:
    """Numbered within the review, SMART before it is accepted, told with its learning and review as causes and no text."""
    unit, lead = suite.unit, suite.person(COUNCIL, Role.AGENCY_LEAD)
    points = [await unit.made(of(review, "learning"), **POINT) for _ in range(2)]
    assert [point["number"] for point in points] == [1, 2]
    vague = {"theme": "planning", "text": "Plans say who does what until when.", "lead_agency_id": COUNCIL[0]}
    first = await unit.made(of(review, "recommendations"), **vague)
    whole = RECOMMENDATION | {"learning_point_ids": [points[1]["id"], points[0]["id"]]}
    second = await unit.made(of(review, "recommendations"), **whole)
    assert (first["number"], first["lacking"]) == (1, ["measurable", "relevant", "time_bound"])
    assert (second["number"], second["lacking"]) == (2, [])
    assert [point["number"] for point in second["learning"]] == [1, 2]

    of_it = await unit.items("/recommendations", learning_point_id=points[1]["id"])
    assert [one["id"] for one in of_it] == [second["id"]]

    refused = await lead.does(f"/recommendations/{first['id']}", "accept")
    assert (refused.status_code, refused.json()["code"]) == (409, "not_smart")
    changed = await unit.did(f"/recommendations/{first['id']}", "change", **whole)
    assert changed["lacking"] == []
    accepted = await lead.did(f"/recommendations/{first['id']}", "accept", reason="In our plan.")
    assert (accepted["status"], [step["did"] for step in accepted["steps"]]) == (
        "accepted",
        ["make", "change", "accept"],
    )
    waiting = {one["id"]: one["what"] for one in await lead.items("/waits")}
    assert waiting == {first["id"]: "action", second["id"]: "recommendation"}
    told = await suite.told(second["id"])
    assert [event.type for event in told] == ["reviews.recommendation.made.v1"]
    assert told[0].data["lead_agency_id"] == COUNCIL[0]
    assert [cause["type"] for cause in told[0].causes] == [*["reviews.learning_point"] * 2, "reviews.practice_review"]
    assert str(RECOMMENDATION["text"]) not in str(told[0].data)


async def test_what_is_not_accepted_says_why(suite: Running, review: dict[str, Any]) -> None:
    """The reason stands beside it; it may be accepted later, and is not changed any more."""
    point = await suite.unit.made(of(review, "learning"), **POINT)
    wanted = RECOMMENDATION | {"learning_point_ids": [point["id"]]}
    made = await suite.unit.made(of(review, "recommendations"), **wanted)
    path, lead = f"/recommendations/{made['id']}", suite.person(COUNCIL, Role.AGENCY_LEAD)
    declined = await lead.did(path, "decline", reason="The duty team has no access at weekends.")
    assert (declined["status"], declined["reason"]) == ("not_accepted", "The duty team has no access at weekends.")
    assert (await suite.unit.does(path, "change", **wanted)).json()["code"] == "not_in_this_status"
    assert (await lead.did(path, "accept"))["status"] == "accepted"
    assert (await lead.does(path, "decline", reason="Or not.")).status_code == 409
    assert [event.type.split(".")[2] for event in await suite.told(made["id"])] == ["made", "declined", "accepted"]


async def test_only_whose_it_is_answers(suite: Running, review: dict[str, Any]) -> None:
    """Not the business unit for an agency, not another agency; for what a body owns, a delegated partner or the unit."""
    point = await suite.unit.made(of(review, "learning"), **POINT)
    wanted = RECOMMENDATION | {"learning_point_ids": [point["id"]]}
    led = await suite.unit.made(of(review, "recommendations"), **wanted)
    owned = await suite.unit.made(
        of(review, "recommendations"), **wanted | {"lead_agency_id": None, "owner_body_id": BODY}
    )
    for who, path, code in (
        (suite.unit, led["id"], "not_your_recommendation"),
        (suite.person(POLICE, Role.AGENCY_LEAD), led["id"], "not_your_recommendation"),
        (suite.person(COUNCIL, Role.AGENCY_LEAD), owned["id"], "not_your_recommendation"),
        (suite.person(ICB, Role.AGENCY_LEAD), led["id"], "recommendation_not_found"),
        (suite.person(COUNCIL, Role.LI_MEMBER), led["id"], "role_not_granted"),
    ):
        assert (await who.does(f"/recommendations/{path}", "accept")).json()["code"] == code
    partner = suite.person(ICB, Role.DELEGATED_PARTNER)
    assert (await partner.did(f"/recommendations/{owned['id']}", "accept"))["status"] == "accepted"


async def test_an_agency_sees_what_it_leads(suite: Running, review: dict[str, Any]) -> None:
    """A school that takes no part in the review sees the recommendation that it leads, and neither learning nor review."""
    made = await suite.unit.made(of(review, "recommendations"), **RECOMMENDATION | {"lead_agency_id": SCHOOL[0]})
    school = suite.person(SCHOOL, Role.AGENCY_LEAD)
    assert [one["id"] for one in await school.items("/recommendations")] == [made["id"]]
    assert (await school.get(f"/practice-reviews/{review['id']}")).status_code == 404
    assert await school.items("/learning") == []
    police = suite.person(POLICE, Role.AGENCY_LEAD)
    assert made["id"] in [one["id"] for one in await police.items("/recommendations", smart=False)]
    assert await police.items("/recommendations", practice_review_id=review["id"], smart=True) == []


@pytest.mark.parametrize(
    ("said", "path"),
    [
        ({"owner_body_id": BODY}, "owner_body_id"),
        ({"lead_agency_id": None, "owner_body_id": "no-such-body"}, "owner_body_id"),
        ({"lead_agency_id": "no-such-agency"}, "lead_agency_id"),
        ({"by_when": "2026-10-06"}, "by_when"),
        ({"learning_point_ids": [str(uuid4())]}, "learning_point_ids.0"),
        ({"text": "Amelia Sampleton reads them the same day."}, "text"),
        ({"measure": "We ask Amelia Sampleton."}, "measure"),
    ],
)
async def test_what_is_refused(suite: Running, review: dict[str, Any], said: dict[str, Any], path: str) -> None:
    """By the field's name."""
    answer = await suite.unit.create(of(review, "recommendations"), **RECOMMENDATION | said)
    assert (answer.status_code, answer.json()["errors"][0]["path"]) == (422, path)


async def test_learning_is_taken_back(suite: Running, review: dict[str, Any]) -> None:
    """It stays with the reason, and no further recommendation rests on it."""
    point = await suite.unit.made(of(review, "learning"), **POINT | {"kind": "good_practice"})
    back = await suite.unit.did(f"/learning/{point['id']}", "withdraw", reason="It was another school.")
    assert (back["status"], back["kind"], back["withdrawn_reason"]) == (
        "withdrawn",
        "good_practice",
        "It was another school.",
    )
    again = await suite.unit.does(f"/learning/{point['id']}", "withdraw", reason="Again.")
    assert (again.status_code, again.json()["code"]) == (409, "not_in_this_status")
    wanted = RECOMMENDATION | {"learning_point_ids": [point["id"]]}
    assert (await suite.unit.create(of(review, "recommendations"), **wanted)).status_code == 422


async def test_two_at_once(suite: Running, review: dict[str, Any]) -> None:
    """Who changes a version that has changed is told so; without a version nothing is changed."""
    made = await suite.unit.made(of(review, "recommendations"), **RECOMMENDATION)
    path = f"/recommendations/{made['id']}"
    statuses = [
        (await suite.unit.does(path, "withdraw", etag=tag, reason="Twice.")).status_code for tag in ('"1"', '"1"', "")
    ]
    assert statuses == [200, 412, 428]


def action(kind: type[ActionEvent], minute: int, **more: Any) -> ActionEvent:
    """Governance tells of an action."""
    stands = {
        "subject": "an-action",
        "reference": "A-2026/27-7",
        "plan_id": None,
        "lead_agency_id": COUNCIL[0],
        "body_id": BODY,
        "due_on": date(2026, 10, 6),
        "source_type": "review_recommendation",
        "source_id": None,
        "theme": None,
        "at": datetime(2026, 10, 7, 11, minute, tzinfo=UTC),
    }
    return kind(**stands | more)


async def test_what_became_of_it_comes_back(suite: Running, review: dict[str, Any]) -> None:
    """Status, date, moves, impact and closing of the action are shown; told twice or out of turn, it shows the same."""
    made = await suite.unit.made(of(review, "recommendations"), **RECOMMENDATION)
    cause, path = Cause("reviews.recommendation", made["id"]), f"/recommendations/{made['id']}"
    assert made["actions"] == []
    await suite.hears(action(ActionClosed, 1, status="closed", **SIGNED), Cause("reviews.incident", "another"))
    assert (await suite.unit.read(path))["actions"] == []
    agreed = action(ActionAgreed, 2, status="agreed")
    moved = action(
        ActionDueDateMoved,
        3,
        status="in_progress",
        due_on=date(2027, 3, 31),
        from_on=date(2026, 10, 6),
        to_on=date(2027, 3, 31),
    )
    await suite.hears(agreed, cause)
    shown = (await suite.unit.read(path))["actions"]
    assert [(one["status"], one["overdue"], one["times_moved"], one["closed"]) for one in shown] == [
        ("agreed", True, 0, False)
    ]
    for event in (moved, moved, agreed):
        await suite.hears(event, cause)
    shown = (await suite.unit.read(path))["actions"]
    assert [(one["status"], one["due_on"], one["overdue"], one["times_moved"]) for one in shown] == [
        ("in_progress", "2027-03-31", False, 1)
    ]
    await suite.hears(action(ActionClosed, 9, status="closed", **SIGNED), cause)
    shown = (await suite.unit.read(path))["actions"]
    assert [(one["id"], one["closed"], one["impact_signed"], one["overdue"]) for one in shown] == [
        ("an-action", True, True, False)
    ]


async def test_a_recommendation_follows_the_successor(suite: Running, review: dict[str, Any]) -> None:
    """What an ended agency leads is its first successor's, whose lead answers."""
    made = await suite.unit.made(of(review, "recommendations"), **RECOMMENDATION | {"lead_agency_id": TRUST[0]})
    ended = AgencySucceeded(
        subject=TRUST[0],
        name="A trust",
        agency_type=TRUST[1],
        effective_from=date(2019, 9, 1),
        effective_to=date(2026, 10, 6),
        successor_ids=(ICB[0],),
        expected_to_raise=True,
    )
    await suite.hears(ended)
    answer = await suite.person(ICB, Role.AGENCY_LEAD).does(f"/recommendations/{made['id']}", "decline", reason="No.")
    assert answer.status_code == 200, answer.text


async def test_a_rapid_review_teaches_and_recommends(suite: Running) -> None:
    """Numbered by itself, with the rapid review as cause; learning of one review is no ground for another's recommendation."""
    rapid = await review_of(suite, await notified(suite))
    point = await suite.unit.made(f"/rapid-reviews/{rapid['id']}/learning", **POINT)
    assert (point["number"], point["rapid_review_id"], point["practice_review_id"]) == (1, rapid["id"], None)
    wanted = RECOMMENDATION | {"learning_point_ids": [point["id"]]}
    made = await suite.unit.made(f"/rapid-reviews/{rapid['id']}/recommendations", **wanted)
    assert (made["number"], made["lacking"]) == (1, [])
    told = (await suite.told(made["id"]))[0]
    assert {"type": "reviews.rapid_review", "id": rapid["id"]} in told.causes
    lead = suite.person(COUNCIL, Role.AGENCY_LEAD)
    assert (await lead.did(f"/recommendations/{made['id']}", "accept"))["status"] == "accepted"
    review = await suite.unit.made("/practice-reviews", **REVIEW)
    answer = await suite.unit.create(f"/practice-reviews/{review['id']}/recommendations", **wanted)
    assert answer.json()["errors"][0]["path"] == "learning_point_ids.0"
    assert (await lead.create(f"/rapid-reviews/{rapid['id']}/learning", **POINT)).json()["code"] == "role_not_granted"
