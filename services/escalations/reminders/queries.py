"""Reads the rule of reminders, and the clocks that run towards one."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field
from sqlalchemy import Row, bindparam, select

from services.escalations.escalations.models import Escalation
from services.escalations.ladders.domain import Duty, Priority
from services.escalations.reminders.domain import Lead
from services.escalations.stages.models import BINDING, ClockEntry
from shared.db import Tx
from shared.deadlines import Unit
from shared.loading import BadFile
from shared.reference import LENIENT, Record, Text, read

PATH = Path(__file__).parents[1] / "data" / "reminders.yaml"
COUNTED = (Unit.CLOCK_HOURS, Unit.WORKING_DAYS)
UNREMINDED = (ClockEntry.stopped_at.is_(None), ClockEntry.reminded_at.is_(None))
_RUNNING = (
    select(*ClockEntry.__table__.c, BINDING.label("binding_at"), Escalation.ladder_code, Escalation.ladder_version)
    .join(Escalation, Escalation.id == ClockEntry.escalation_id)
    .where(*UNREMINDED, ClockEntry.duty.in_(bindparam("duties", expanding=True)), bindparam("now") < BINDING)
    .order_by(BINDING, ClockEntry.id)
)


async def running(tx: Tx, duties: Collection[str], now: datetime) -> Sequence[Row[Any]]:
    """The clocks of these duties that still run and have not been called to mind, with the ladder of each matter."""
    return await tx.rows(_RUNNING, {"now": now, "duties": sorted(duties)})


class _Lead(Record):
    amount: Annotated[int, Field(ge=0, le=1000)]
    unit: Annotated[Unit, LENIENT]


class _Version(Record):
    version: int
    verified: bool
    source: Text
    effective_from: date
    effective_to: date | None
    leads: dict[Annotated[Duty, LENIENT], dict[Annotated[Priority, LENIENT], _Lead]]


class _File(Record):
    reminders: list[_Version]


def leads_on(day: date) -> dict[tuple[str, str], Lead]:
    """How long before its time each duty is called to mind, by duty and priority, by the rule in force on a day."""
    for version in _versions(PATH):
        if version.effective_from <= day and (version.effective_to is None or day <= version.effective_to):
            return {
                (duty, priority): Lead(lead.amount, lead.unit)
                for duty, by_priority in version.leads.items()
                for priority, lead in by_priority.items()
            }
    return {}


@lru_cache(maxsize=4)
def _versions(path: Path) -> tuple[_Version, ...]:
    """The file's versions. BadFile where a lead is counted in what cannot be counted back."""
    versions = read(path, _File).reminders
    for index, version in enumerate(versions):
        for by_priority in version.leads.values():
            for priority, lead in by_priority.items():
                if lead.unit not in COUNTED or (lead.unit is Unit.CLOCK_HOURS) != (priority is Priority.IMMEDIATE):
                    reason = "immediate counts in clock_hours, everything else in working_days."
                    raise BadFile(path, reason, row=index + 1, column="leads")
    return tuple(versions)
