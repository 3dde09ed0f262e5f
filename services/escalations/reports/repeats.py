"""Which matters of a period repeat an earlier one: about a same child, or about the same theme between the same two."""

from __future__ import annotations

from typing import Any

from sqlalchemy import CTE, Interval, Select, Text, and_, exists, func, literal_column, select

from services.escalations.children.models import Child, Concerned
from services.escalations.escalations.models import Escalation
from services.escalations.reports.facts import passed_on_later
from services.escalations.reports.working_time import SINCE, UNTIL

YEAR = literal_column("interval '12 months'", Interval)


def _repeat() -> CTE:
    """The matters of the period that follow another of the twelve months before: about a child, and about a theme."""
    e, pair = Escalation, func.coalesce(passed_on_later.c.name, Escalation.receiving_name)
    recent = (
        select(
            e.id,
            e.raised_at,
            e.primary_theme,
            func.least(e.raising_name, pair).label("one"),
            func.greatest(e.raising_name, pair).label("other"),
        )
        .outerjoin(passed_on_later, passed_on_later.c.escalation_id == e.id)
        .where(e.raised_at >= SINCE - YEAR, e.raised_at < UNTIL)
        .cte("recent")
    )
    order = (recent.c.raised_at, recent.c.id)
    before = func.lag(recent.c.raised_at).over(
        partition_by=(recent.c.primary_theme, recent.c.one, recent.c.other), order_by=order
    )
    of_theme = select(recent.c.id, recent.c.raised_at, before.label("before")).subquery("of_theme")
    root = _roots()
    about = (  # two children of one matter who turned out to be one are about that matter once
        select(recent.c.id, recent.c.raised_at, func.coalesce(root.c.id, Concerned.child_id).label("child_id"))
        .join(Concerned, Concerned.escalation_id == recent.c.id)
        .outerjoin(root, root.c.start == Concerned.child_id)
        .distinct()
        .subquery("about")
    )
    before = func.lag(about.c.raised_at).over(partition_by=about.c.child_id, order_by=(about.c.raised_at, about.c.id))
    of_child = select(about.c.id, about.c.raised_at, before.label("before")).subquery("of_child")
    return _again(of_theme, "repeat_theme").union_all(_again(of_child, "repeat_child")).cte("repeat")


def _roots() -> Any:
    """Which child each merged child is, as far as the mergers before the period's end tell; chains are followed."""
    child = Child.__table__
    up = (
        select(child.c.id.label("start"), child.c.merged_into.label("id"))
        .where(child.c.merged_at < UNTIL)
        .cte("merged", recursive=True)
    )
    up = up.union_all(
        select(up.c.start, child.c.merged_into).join(child, and_(child.c.id == up.c.id, child.c.merged_at < UNTIL))
    )
    further = child.alias("further")
    last = ~exists().where(further.c.id == up.c.id, further.c.merged_at < UNTIL)
    return select(up.c.start, up.c.id).where(last).subquery("root")


def _again(found: Any, figure: str) -> Select[Any]:
    """The matters of the period whose predecessor lies no further back than a year."""
    return (
        select(found.c.id, literal_column(f"'{figure}'", Text).label("figure"))
        .where(found.c.raised_at >= SINCE, found.c.before >= found.c.raised_at - YEAR)
        .distinct()
    )


repeat = _repeat()
