"""Children of the council's cases, two of whom are perhaps one."""

from typing import TYPE_CHECKING

from services.reviews.referrals.schemas import EXAMPLE
from shared.policy import Role
from tests.service.escalations.running import COUNCIL

if TYPE_CHECKING:
    from tests.service.doors.running import Doors

NUMBERS = [{"type": "nhs_number", "value": f"SANDBOX-D00{number}"} for number in (1, 2, 3)]


async def fill(started: "Doors") -> None:
    """Three known by a number each, and a case of each two: two matches."""
    lead = started.bearer(COUNCIL, Role.AGENCY_LEAD)
    first, second, third = NUMBERS
    for given in ([first], [second], [third], [first, second], [second, third]):
        children = [{"identifiers": given, "harm": "near_miss"}]
        incident = await started.made(lead, "/reviews/v1/incidents", **EXAMPLE | {"children": children})
    answer = await started.clients["reviews"].get("/reviews/v1/children/matches", headers=lead)
    started.ids |= {
        "concerned_child_id": incident["children"][0]["child_id"],
        "child_match_id": answer.json()["items"][0]["id"],
    }
