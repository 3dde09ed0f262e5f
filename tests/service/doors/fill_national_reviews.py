"""Reviews published elsewhere about which the council is asked."""

from typing import TYPE_CHECKING

from services.reviews.national_reviews.schemas import EXAMPLE
from shared.policy import Role
from tests.service.doors.practice_reviews import moves
from tests.service.escalations.running import COUNCIL

if TYPE_CHECKING:
    from tests.service.doors.running import Doors

PATH = "/reviews/v1/national-reviews"


async def fill(started: "Doors") -> None:
    """Two of them; the id is the second's."""
    unit = started.bearer(COUNCIL, Role.BUSINESS_UNIT)
    for _ in range(2):
        review = await started.made(unit, PATH, **EXAMPLE)
        await moves(started, unit, f"{PATH}/{review['id']}", "ask", agency_ids=[COUNCIL[0]])
    started.ids |= {"national_review_id": review["id"]}
