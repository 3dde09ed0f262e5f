"""What reviews recommend stands here as a proposal, once, and goes with the recommendation while nobody has agreed."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

from services.governance.consumers import HANDLERS
from shared.contracts.escalations import LearningTaken
from shared.contracts.practice_reviews import (
    RecommendationChanged,
    RecommendationDeclined,
    RecommendationEvent,
    RecommendationMade,
    RecommendationWithdrawn,
)
from shared.events import Envelope
from shared.policy import Role
from tests.service.governance.acting import COUNCIL, LI, Life
from tests.service.governance.running import POLICE, Running

AT = datetime(2026, 10, 7, 9, tzinfo=UTC)
FACTS: dict[str, Any] = {
    "review_type": "reviews.practice_review",
    "review_id": str(uuid4()),
    "number": 3,
    "status": "made",
    "theme": "neglect",
    "lead_agency_id": POLICE[0],
    "owner_body_id": None,
    "by_when": date(2027, 3, 1),
    "at": AT,
}


async def hear(suite: Running, *events: RecommendationEvent | LearningTaken) -> None:
    """Handle events, each in its own transaction as the bus brings it, and once more."""
    for event in events:
        envelope = Envelope(uuid4(), event.type, "/reviews", event.subject, AT, event.data(), ())
        for _ in range(2):
            async with suite.runtime.database.transaction() as tx:
                await HANDLERS[type(event)](tx, event, envelope)


async def test_a_recommendation_is_proposed_once(suite: Running) -> None:
    made = RecommendationMade(subject=str(uuid4()), **FACTS)
    body = RecommendationMade(subject=str(uuid4()), **FACTS | {"lead_agency_id": None, "owner_body_id": "executive"})
    nobody = RecommendationMade(subject=str(uuid4()), **FACTS | {"lead_agency_id": "gone", "owner_body_id": "none"})
    await hear(suite, made, body, nobody)
    found = {one["source_id"]: one for one in await suite.unit.items("/actions", source_type="review_recommendation")}
    assert len(found) == 3
    one = found[made.subject]
    assert (one["status"], one["lead_agency_id"], one["body_id"], one["due_on"], one["theme"], one["signing_code"]) == (
        "proposed",
        POLICE[0],
        LI,
        "2027-03-01",
        "neglect",
        "case_review",
    )
    cause = [{"type": "reviews.recommendation", "id": made.subject}]
    assert one["causes"] == cause
    assert found[body.subject]["body_id"] == "executive"
    assert (found[nobody.subject]["body_id"], found[nobody.subject]["lead_agency_id"]) == (LI, None)
    told = next(one for one in await suite.events("action") if one.subject == found[made.subject]["id"])
    assert await suite.causes(told) == cause


async def test_it_changes_and_goes_with_the_recommendation_until_it_is_agreed(suite: Running) -> None:
    changes, falls, agreed = (RecommendationMade(subject=str(uuid4()), **FACTS) for _ in range(3))
    await hear(suite, changes, falls, agreed)
    found = {one["source_id"]: one["id"] for one in await suite.unit.items("/actions")}
    life = Life(suite, id=found[agreed.subject])
    given = {"owner_id": life.owner_id, "measured": "How many.", "baseline": "1", "target": "2"}
    await life.do(suite.unit, "amend", **given, measured_by="2027-09-01")
    await life.do(suite.person(COUNCIL, Role.BUSINESS_UNIT, subject="another"), "agree")
    later = RecommendationChanged(subject=changes.subject, **FACTS | {"lead_agency_id": COUNCIL[0]})
    await hear(suite, later, RecommendationChanged(subject=agreed.subject, **FACTS | {"by_when": date(2028, 1, 1)}))
    down = FACTS | {"status": "not_accepted"}
    await hear(suite, RecommendationDeclined(subject=falls.subject, **down))
    await hear(suite, replace(RecommendationWithdrawn(subject=agreed.subject, **FACTS), status="withdrawn"))
    now = {one["id"]: one for one in await suite.unit.items("/actions")}
    assert now[found[changes.subject]]["lead_agency_id"] == COUNCIL[0]
    assert now[found[falls.subject]]["status"] == "not_accepted"
    assert (now[life.id]["status"], now[life.id]["due_on"]) == ("agreed", "2027-03-01")
    declined = (await suite.unit.get(f"/actions/{found[falls.subject]}")).json()["entries"]
    assert [one["did"] for one in declined] == ["propose", "decline"]


async def test_what_a_body_takes_to_learn_is_proposed_once(suite: Running) -> None:
    """From an escalation, where it goes on as no record of the body's yet; an agency's own learning is its own."""
    facts: dict[str, Any] = {
        "escalation_id": str(uuid4()),
        "status": "taken",
        "route": "li_agenda",
        "owner_agency_id": None,
        "owner_body_id": LI,
        "take_by": date(2026, 12, 1),
        "late": False,
        "taken_as": None,
        "at": AT,
    }
    taken = LearningTaken(subject=str(uuid4()), **facts)
    own = LearningTaken(subject=str(uuid4()), **facts | {"owner_body_id": None, "owner_agency_id": POLICE[0]})
    known = {"taken_as": {"type": "governance.action", "id": str(uuid4())}}
    await hear(suite, taken, own, LearningTaken(subject=str(uuid4()), **facts | known))
    [found] = await suite.unit.items("/actions", source_type="learning")
    assert (found["source_id"], found["status"], found["body_id"]) == (taken.subject, "proposed", LI)
    assert found["causes"] == [{"type": "escalations.learning", "id": taken.subject}]
