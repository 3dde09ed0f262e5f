"""Practice reviews in which the council takes part, with a record of each of their nouns."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from services.reviews.briefings.queries import parts
from services.reviews.conduct.schemas import EXAMPLE as REVIEWER
from services.reviews.holds.schemas import EXAMPLE as HOLD
from services.reviews.learning.schemas import EXAMPLE as POINT
from services.reviews.load import id_of
from services.reviews.practice_reviews.schemas import EXAMPLE as REVIEW
from services.reviews.recommendations.schemas import EXAMPLE as RECOMMENDATION
from shared.policy import Role
from tests.service.escalations.running import COUNCIL

if TYPE_CHECKING:
    from tests.service.doors.running import Doors

PATH = "/reviews/v1/practice-reviews"
PARTS = [part.code for part in parts()]


async def fill(started: "Doors") -> None:
    """Two reviews; the second is under way, and the ids are its own."""
    unit = started.bearer(COUNCIL, Role.BUSINESS_UNIT)
    for _ in range(2):
        review = await started.made(unit, PATH, **REVIEW)
    path = f"{PATH}/{review['id']}"

    async def does(action: str, **body: Any) -> None:
        await moves(started, unit, path, action, **body)

    await does("terms", text="What is to be found out.")
    conduct = await started.made(unit, f"{path}/reviewers", **REVIEWER)
    await started.made(unit, f"{path}/milestones", title="Draft report", planned_on="2027-01-15")
    await does("begin")
    await does("write", part="learning", text="Aged 14, the child was last seen in Crewe.")
    check = await started.made(unit, f"{path}/checks")
    for _ in range(2):
        hold = await started.made(unit, f"{path}/holds", **HOLD)
        point = await started.made(unit, f"{path}/learning", **POINT)
        recommendation = await started.made(unit, f"{path}/recommendations", **RECOMMENDATION)
    for _ in range(2):
        briefing = await started.made(unit, f"{PATH}/{id_of('child-j')}/briefings")
        for part in PARTS:
            await moves(started, unit, f"/reviews/v1/briefings/{briefing['id']}", "write", part=part, text="Ask.")
        await moves(started, unit, f"/reviews/v1/briefings/{briefing['id']}", "send", agency_ids=[COUNCIL[0]])
    started.ids |= {
        "briefing_id": briefing["id"],
        "practice_review_id": review["id"],
        "reviewer_id": conduct["reviewers"][0]["id"],
        "publication_check_id": check["id"],
        "hold_id": hold["id"],
        "learning_point_id": point["id"],
        "recommendation_id": recommendation["id"],
        "published_review_id": str(id_of("child-j")),
    }


async def moves(started: "Doors", who: Mapping[str, str], path: str, action: str, **body: Any) -> None:
    """Do something to a record, as somebody who has just read it."""
    client = started.clients["reviews"]
    tag = {"if-match": (await client.get(path, headers=dict(who))).headers["etag"]}
    answer = await client.post(f"{path}/{action}", headers=dict(who) | tag, json=body)
    assert answer.status_code == 200, (action, answer.text)
