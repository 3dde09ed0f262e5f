"""Which rows each figure counts: the relation, the condition, and the columns by which it may be cut."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

from sqlalchemy import ColumnElement, Text, cast, func, select, true

from services.escalations.reports.besides import note, point
from services.escalations.reports.facts import ADVANCES, happened, matter, resolution, response, wait
from services.escalations.reports.how_far import way
from services.escalations.reports.layouts import LAYOUTS, Time
from services.escalations.reports.repeats import repeat

Cut = frozenset[str]


@dataclass(frozen=True)
class Source:
    """One relation; `id` is the matter's, where its rows belong to matters.

    `once` are figures that count a matter once, however many rows it has.
    """

    rows: Any
    id: ColumnElement[Any] | None
    figures: Mapping[str, ColumnElement[bool]]
    cuts: Mapping[str, ColumnElement[Any]] = field(default_factory=dict)
    once: frozenset[str] = frozenset()
    times: Mapping[str, ColumnElement[Any]] = field(default_factory=dict)  # hours

    def aggregate(self, figure: str) -> ColumnElement[int]:
        """The figure as SQL counts it."""
        counted = func.count(self.id.distinct()) if self.id is not None and figure in self.once else func.count()
        return counted.filter(self.figures[figure])


_m, _r, _p, _l, _w = matter.c, resolution.c, response.c, point.c, way.c
_climbs = (
    select(happened.c.escalation_id, happened.c.did, cast(happened.c.stage_order - 1, Text).label("stage"))
    .where(happened.c.did.in_(ADVANCES), happened.c.facts["last_stage"].astext.is_(None))
    .subquery("climbs")
)
_silent_at_last = (
    select(happened.c.escalation_id).where(happened.c.facts["last_stage"].astext == "true").subquery("silent_at_last")
)
_skipped = (
    select(happened.c.escalation_id, _m.safe, func.jsonb_array_elements(happened.c.facts["skipped"]).label("stage"))
    .join(matter, _m.id == happened.c.escalation_id)
    .where(happened.c.did == "skip")
    .subquery("skipped")
)
_mentions = select(_m.id, func.unnest(_m.secondary_themes).label("theme")).where(_m.opened).subquery("mentions")
_immediate = select(resolution).where(_r.priority == "immediate").subquery("immediate")
_asked = func.coalesce(_r.asked, "false") == "true"

LEARNING = Source(
    way,
    None,
    {
        "ways": true(),
        "ways_open": ~_w.impact,
        "ways_stopped": _w.stopped,
        **{
            f"ways_{station}": _w[station]
            for station in ("action", "training", "evidence", "activity_signed", "impact_signed", "impact")
        },
    },
    {dimension: _w[dimension] for dimension in ("cohort", "origin", "stands")},
    times={"still": _w.still_hours},
)

SOURCES = (
    Source(
        matter,
        _m.id,
        {
            "open_at_start": ~_m.opened,
            "entered_late": ~_m.opened & _m.entered_in_period,
            "opened": _m.opened,
            "closed": _m.how == "closed",
            "withdrawn": _m.how == "withdrawn",
            "redirected": _m.how == "redirected",
            "left": _m.how.is_not(None),
            "open_at_end": _m.how.is_(None),
            "untold": _m.untold,
            "opened_still_open": _m.opened & _m.how.is_(None),
            "passed_on": _m.passed_on,
            "need": _m.opened,
        },
        {
            dimension: _m[dimension]
            for dimension in (
                "kind",
                "priority",
                "level",
                "theme",
                "raising",
                "receiving",
                "rung",
                "age",
                "redirected_to",
            )
        },
    ),
    Source(_mentions, _mentions.c.id, {"theme_mentions": true()}, {"theme": _mentions.c.theme}),
    Source(
        resolution,
        _r.escalation_id,
        {
            "resolved": true(),
            "resolved_early": _r.early,
            "impact": true(),
            "told": _r.told,
            "satisfied": _r.told & (_r.satisfied == "true"),
            "dissatisfied": _r.told & (_r.satisfied == "false"),
            "not_answering": _r.told & _r.satisfied.is_(None) & _asked,
            "not_asked": _r.told & _r.satisfied.is_(None) & ~_asked,
        },
        {dimension: _r[dimension] for dimension in ("priority", "stage", "outcome", "impact")},
        times={"to_resolve": _r.working_hours},
    ),
    Source(
        _immediate,
        _immediate.c.escalation_id,
        {},
        {"priority": _immediate.c.priority},
        times={"to_resolve_by_the_clock": _immediate.c.clock_hours},
    ),
    Source(wait, wait.c.escalation_id, {"waited": true()}, times={"wait": wait.c.working_hours}),
    Source(
        response,
        _p.escalation_id,
        {"responses_due": true(), "responses_in_time": _p.in_time, "responses_late": ~_p.in_time},
        {dimension: _p[dimension] for dimension in ("stage", "priority", "agency", "overrun")},
    ),
    Source(
        _climbs,
        _climbs.c.escalation_id,
        {
            "advances": true(),
            "advances_silent": _climbs.c.did == "silence",
            "matters_silent": _climbs.c.did == "silence",
        },
        {"stage": _climbs.c.stage},
        once=frozenset({"matters_silent"}),
    ),
    Source(
        _silent_at_last,
        _silent_at_last.c.escalation_id,
        {"silent_at_last": true()},
        once=frozenset({"silent_at_last"}),
    ),
    Source(
        _skipped,
        _skipped.c.escalation_id,
        {"skipped_stages": true(), "skipped_matters": true(), "skipped_safely": _skipped.c.safe},
        once=frozenset({"skipped_matters", "skipped_safely"}),
    ),
    Source(
        point,
        _l.escalation_id,
        {
            "learning": _l.recorded,
            "learning_taken": _l.recorded & _l.taken,
            "learning_closed": _l.recorded & _l.closed,
            "learning_changed": _l.recorded & _l.closed & _l.changed,
            "taken_in_quarter": _l.taken & _l.taken_since,
            "closed_in_quarter": _l.closed & _l.closed_since,
        },
        {"route": _l.route},
    ),
    Source(
        note,
        None,
        {"informal_notes": note.c.kind == "informal", "good_practice": note.c.kind == "good_practice"},
        {"agency": note.c.agency},
    ),
    LEARNING,
    Source(repeat, repeat.c.id, {figure: repeat.c.figure == figure for figure in ("repeat_child", "repeat_theme")}),
)


def _wanted() -> dict[str, set[Cut]]:
    """In which cuts each figure and time stands in the layouts, with all that these add up to."""
    wanted: dict[str, set[Cut]] = {}
    for layout in LAYOUTS:
        margins = {frozenset(cut) for size in range(len(layout.by) + 1) for cut in combinations(layout.by, size)}
        for column in layout.columns:
            if isinstance(column, Time):
                wanted.setdefault(column.id, set()).update({frozenset(layout.by), frozenset()})
        for count in layout.counts:
            wanted.setdefault(count.figure, set()).update(margins)
    return wanted


WANTED = _wanted()
