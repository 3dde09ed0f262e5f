"""What a report counts besides matters: learning points and notes."""

from __future__ import annotations

from sqlalchemy import CTE, func, or_, select

from services.escalations.learning.domain import Route
from services.escalations.learning.models import LearningEntry, LearningPoint
from services.escalations.notes.models import Note
from services.escalations.register.models import Agency
from services.escalations.reports.working_time import SINCE, UNTIL


def _point() -> CTE:
    """The learning points that were recorded, taken or closed in the period, on the route that they had at its end."""
    point, entry = LearningPoint, LearningEntry
    routed = (
        select(entry.route)
        .where(entry.learning_id == point.id, entry.at < UNTIL)
        .order_by(entry.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    return (
        select(
            point.escalation_id,
            routed.label("route"),
            (point.recorded_at >= SINCE).label("recorded"),
            (point.taken_at < UNTIL).label("taken"),
            (point.closed_at < UNTIL).label("closed"),
            point.changed,
            (point.taken_at >= SINCE).label("taken_since"),
            (point.closed_at >= SINCE).label("closed_since"),
        )
        .where(
            point.route != Route.NONE,
            point.recorded_at < UNTIL,
            or_(point.recorded_at >= SINCE, point.taken_at >= SINCE, point.closed_at >= SINCE),
        )
        .cte("point")
    )


point = _point()


def _note() -> CTE:
    """The notes of the period that nobody has taken back."""
    return (
        select(Note.kind, func.coalesce(Agency.name, Note.agency_id).label("agency"))
        .outerjoin(Agency, Agency.id == Note.agency_id)
        .where(
            Note.noted_at >= SINCE, Note.noted_at < UNTIL, or_(Note.retracted_at.is_(None), Note.retracted_at >= UNTIL)
        )
        .cte("note")
    )


note = _note()
