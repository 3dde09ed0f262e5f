from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
class Unit(StrEnum):
    CLOCK_HOURS="clock_hours";WORKING_HOURS="working_hours";WORKING_DAYS="working_days";CALENDAR_DAYS="calendar_days";MONTHS="months"
@dataclass(frozen=True)
class Rule:
    code:str;version:str;amount:int;unit:Unit
def due(rule,started,calendar,pauses=()):
    if rule.unit is Unit.CLOCK_HOURS: return started+timedelta(hours=rule.amount)
    if rule.unit is Unit.WORKING_HOURS: return calendar.add_working_hours(started,timedelta(hours=rule.amount))
    return calendar.due_after_working_days(started,rule.amount)
