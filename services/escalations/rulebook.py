"""The calendar by which this service counts."""

from shared.rules import calendar

CALENDAR = calendar()
