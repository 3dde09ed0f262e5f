"""Practice reviews in which the council takes part, with a record of each of their nouns."""

from typing import TYPE_CHECKING, Any

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


async def fill(started: "Doors") -> None:
    """Two reviews; the second is under way, and the ids are its own."""
    unit = started.bearer(COUNCIL, Role.BUSINESS_UNIT)
    for _ in range(2):
        review = await started.made(unit, PATH, **REVIEW)
    path = f"{PATH}/{review['id']}"

    async def does(action: str, **body: Any) -> None:
        client = started.clients["reviews"]
        tag = {"if-match": (await client.get(path, headers=unit)).headers["etag"]}
        answer = await client.post(f"{path}/{action}", headers=unit | tag, json=body)
        assert answer.status_code == 200, (action, answer.text)

    await does("terms", text="What is to be found out.")
    conduct = await started.made(unit, f"{path}/reviewers", **REVIEWER)
    await started.made(unit, f"{path}/milestones", title="Draft report", planned_on="2027-01-15")
    await does("begin")
    await does("write", part="learning", text="Aged 14, the child was last seen in Crewe.")
    check = await started.made(unit, f"{path}/checks")
    hold = await started.made(unit, f"{path}/holds", **HOLD)
    for _ in range(2):
        point = await started.made(unit, f"{path}/learning", **POINT)
        recommendation = await started.made(unit, f"{path}/recommendations", **RECOMMENDATION)
    started.ids |= {
        "practice_review_id": review["id"],
        "reviewer_id": conduct["reviewers"][0]["id"],
        "publication_check_id": check["id"],
        "hold_id": hold["id"],
        "learning_point_id": point["id"],
        "recommendation_id": recommendation["id"],
        "published_review_id": str(id_of("child-j")),
    }
