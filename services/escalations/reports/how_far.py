"""How far learning has come by an instant: the learning points of all services that are on their way, and their stations."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Interval, Select, and_, case, func, literal_column, or_, select

from services.escalations.reports.working_time import SINCE, UNTIL, london
from services.escalations.ways.models import Way, WayStop

_LAST_INSTANT = literal_column("interval '1 microsecond'", Interval)


def ways(since: Any, until: Any) -> Select[Any]:
    """The learning points of a period, as they stood just before its end.

    Those drawn before that which had not come to measured change before the period began, or were drawn in it. What was
    taken back until then is none. An action has evidence, and is signed off, where it is one: each is a part of the other.
    """
    w, s = Way, WayStop
    day = london(until - _LAST_INSTANT)
    stands_still = and_(
        s.type == w.type, s.id == w.id, s.stopped_on <= day, or_(s.resumed_on.is_(None), s.resumed_on > day)
    )

    def came(*instants: Any) -> Any:
        return func.coalesce(and_(*(instant < until for instant in instants)), False)

    action, training, impact = came(w.action_at), came(w.training_at), came(w.impact_at)
    evidence, activity = came(w.action_at, w.evidence_at), came(w.action_at, w.activity_signed_at)
    signed = came(w.action_at, w.activity_signed_at, w.impact_signed_at)
    stopped = and_(s.since.is_not(None), ~impact)
    stands = case(
        (~stopped, None),
        (signed, "impact_signed"),
        (activity, "activity_signed"),
        (evidence, "evidence"),
        (training, "training"),
        (action, "action"),
        else_="learning",
    )
    return (
        select(
            w.type,
            w.id,
            w.begun_at,
            w.type.label("origin"),
            case((w.begun_at >= since, "drawn"), else_="brought_over").label("cohort"),
            action.label("action"),
            training.label("training"),
            evidence.label("evidence"),
            activity.label("activity_signed"),
            signed.label("impact_signed"),
            impact.label("impact"),
            stopped.label("stopped"),
            stands.label("stands"),
            case((stopped, s.since)).label("since"),
            case((stopped, 24 * (day - s.since))).label("still_hours"),
        )
        .outerjoin(s, stands_still)
        .where(
            w.begun_at < until,
            or_(w.withdrawn_at.is_(None), w.withdrawn_at >= until),
            or_(w.begun_at >= since, w.impact_at.is_(None), w.impact_at >= since),
        )
    )


way = ways(SINCE, UNTIL).cte("way")
