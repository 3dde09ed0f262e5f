"""How a figure is written for people: one decimal, halves away from nought, and one mark for what is hidden."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from shared.days import LONDON
from shared.documents.model import MARKS, Cell, Status, Unit

UNITS = {
    Unit.COUNT: "number",
    Unit.PERCENT: "per cent",
    Unit.RATE: "rate",
    Unit.WORKING_HOURS: "working hours",
    Unit.WORKING_DAYS: "days of eight hours",
    Unit.CLOCK_HOURS: "clock hours",
    Unit.CALENDAR_DAYS: "calendar days",
    Unit.TEXT: "text",
}


def one_decimal(value: float) -> str:
    """The value with one decimal and British thousands; 0.25 becomes 0.3 and -0.25 becomes -0.3."""
    # repr, not the binary value: 0.35 is what was meant, and 0.34999… is how the machine keeps it.
    rounded = Decimal(repr(value)).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return f"{rounded + 0:,}"  # + 0 turns -0.0 into 0.0


def written(cell: Cell, unit: Unit) -> str:
    """The cell as a page shows it, without its unit unless that is the per cent sign."""
    if cell.status is not Status.SHOWN:
        return MARKS[cell.status]
    if isinstance(cell.value, str):
        return cell.value
    number = cell.value or 0
    if isinstance(number, int) and unit in (Unit.COUNT, Unit.CALENDAR_DAYS):
        return f"{number:,}"
    return one_decimal(number) + ("%" if unit is Unit.PERCENT else "")


def day_and_time(when: datetime) -> str:
    """`30 September 2026 at 17:00` in London; midnight is told as the end of the day before it."""
    local = when.astimezone(LONDON)
    if (local.hour, local.minute, local.second) == (0, 0, 0):
        local -= timedelta(days=1)
        return f"the end of {local.day} {local:%B %Y}"
    return f"{local.day} {local:%B %Y} at {local:%H:%M}"
