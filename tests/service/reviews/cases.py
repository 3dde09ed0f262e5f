"""Serious incidents as tests bring them about, and the people who act in them."""

from collections.abc import Mapping
from itertools import count
from typing import Any

from services.reviews.referrals.schemas import EXAMPLE
from shared.policy import Role
from tests.service.reviews.running import COUNCIL, ICB, POLICE, Agency, Person, Running

THREE = (COUNCIL, ICB, POLICE)
_NUMBERS = count(1)


def child(harm: str = "seriously_harmed", **more: Any) -> dict[str, Any]:
    """A child whom no other test knows."""
    number = {"type": "nhs_number", "value": f"MADE-UP-{next(_NUMBERS):04d}"}
    return {"identifiers": [number], "age_band": "under_1", "harm": harm, **more}


def lead(suite: Running, agency: Agency) -> Person:
    """An agency's lead."""
    return suite.person(agency, Role.AGENCY_LEAD)


def delegate(suite: Running, agency: Agency) -> Person:
    """A statutory partner's delegate."""
    return suite.person(agency, Role.DELEGATED_PARTNER)


async def referred(suite: Running, agency: Agency = POLICE, **changes: Any) -> dict[str, Any]:
    """A case that an agency has referred."""
    body: Mapping[str, Any] = {**EXAMPLE, "children": [child()], **changes}
    return await lead(suite, agency).made("/incidents", **body)


def at(incident: Mapping[str, Any]) -> str:
    """Where it is."""
    return f"/incidents/{incident['id']}"


async def votes(suite: Running, decision_id: str, choice: str, *agencies: Agency, round_: int = 1) -> dict[str, Any]:
    """These partners vote for the same; the decision after the last of them."""
    for agency in agencies:
        body = {"round": round_, "choice": choice, "reason": f"We think: {choice.replace('_', ' ')}."}
        found = await delegate(suite, agency).made(f"/joint-decisions/{decision_id}/vote", **body)
    return found
