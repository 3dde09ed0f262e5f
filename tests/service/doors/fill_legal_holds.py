"""Legal holds of the council's, in every service that keeps records about children."""

from datetime import date
from importlib import import_module
from typing import TYPE_CHECKING
from uuid import UUID

from shared import policy
from shared.acting import By
from shared.keeping.commands import Placing, place
from shared.policy import Access, Principal, Role
from shared.policy.keeping import Actions
from tests.service.escalations.running import COUNCIL

if TYPE_CHECKING:
    from tests.service.doors.running import Doors

MATTERS = {
    "escalations": ("escalations.escalation", "escalation_id"),
    "governance": ("governance.action", "action_id"),
    "reviews": ("reviews.incident", "incident_id"),
}
ONE = UUID("01920000-0000-7000-8000-000000000001")  # the same in each service, whose paths have one parameter


async def fill(started: "Doors") -> None:
    """Two on one record of each service; the second bears the id."""
    for service, (noun, named) in MATTERS.items():
        keeping = import_module(f"services.{service}.keeping.queries").KEEPING
        action = Actions(service).place
        roles, scopes = frozenset({Role.BUSINESS_UNIT}), frozenset({action.scope})
        unit = Principal("the unit", "doors", *COUNCIL, roles, scopes, Access.USER)
        by = By(unit, policy.reach(unit, action))
        async with started.suite.runtimes[service].database.transaction() as tx:
            for hold_id in (None, ONE):
                record = UUID(started.ids[named])
                said = Placing(noun, record, "An inquiry has begun.", "Its letter", date(2027, 1, 29))
                await place(tx, keeping, by, said, hold_id)
    started.ids["legal_hold_id"] = str(ONE)
