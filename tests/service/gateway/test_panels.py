"""Seats on cases' panels: the gateway keeps them as it keeps seats on bodies, and the role goes when the case ends."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from services.gateway.consumers import HANDLERS, READ_MODELS
from services.gateway.models import Membership
from shared.contracts.rapid_reviews import PanelMemberEvent, PanelMemberNamed, PanelMemberReleased
from shared.events import Envelope
from tests.service.gateway.running import POLICE, Running

pytestmark = pytest.mark.anyio

FACTS: dict[str, Any] = {
    "subject": str(uuid4()),
    "review_id": str(uuid4()),
    "person_id": uuid4(),
    "agency_id": POLICE,
    "seat": "member",
    "roles": ("panel_member",),
    "starts_on": date(2026, 10, 7),
    "at": datetime(2026, 10, 7, 11, 0, tzinfo=UTC),
}


async def hears(gateway: Running, event: PanelMemberEvent) -> None:
    """Reviews has told something."""
    runtime = gateway.app.state.runtime
    async with runtime.database.transaction() as tx:
        envelope = Envelope(uuid4(), event.type, "tests", event.subject, tx.now, event.data())
        await HANDLERS[type(event)](tx, event, envelope)


async def test_the_role_is_kept_from_the_naming_to_the_end_of_the_case(gateway: Running) -> None:
    held = select(Membership.roles).where(Membership.membership_id == FACTS["subject"])
    last = select(Membership.ends_on).where(Membership.membership_id == FACTS["subject"])
    await hears(gateway, PanelMemberNamed(**FACTS, ends_on=None))
    assert await gateway.value(held) == ["panel_member"]
    assert await gateway.value(last) is None
    for _ in range(2):
        await hears(gateway, PanelMemberReleased(**FACTS, ends_on=date(2026, 10, 28)))
    assert await gateway.value(last) == date(2026, 10, 28)


async def test_what_is_made_again_hears_of_panels_too(gateway: Running) -> None:
    [model] = READ_MODELS
    assert {PanelMemberNamed, PanelMemberReleased} <= set(model.events)
