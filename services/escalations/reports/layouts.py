"""How the figures stand in tables: section by section, how they are cut, in which columns, drawn how. Data only."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Count:
    """A column that shows a figure. `without_total` where rows overlap, so that their sum counts nothing."""

    figure: str
    without_total: bool = False


@dataclass(frozen=True, slots=True)
class Share:
    """A column that shows one figure in per cent of others together."""

    id: str
    title: str
    of: str
    over: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Time:
    """Columns of a duration: median and 90th percentile. Its n is the figure `counted_by`, which stands beside it."""

    id: str
    counted_by: str
    clock: bool = False  # elapsed hours instead of working time
    days: bool = False  # calendar days instead


Column = Count | Share | Time


class Drawn(StrEnum):
    """How a layout's first columns are drawn beside the table."""

    NOT = "not"
    BARS = "bars"
    STACKED = "stacked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """One table. `by` says how its figures are cut: one or two dimensions, or none for a single row."""

    id: str
    section: str
    title: str
    by: tuple[str, ...]
    columns: tuple[Column, ...]
    drawn: Drawn = Drawn.NOT
    drawn_columns: tuple[str, ...] = ()
    total: bool = True
    turned: bool = False  # a row for each figure, a column for each code
    exact: bool = False  # in the exact edition alone
    form: int = 1  # of the snapshots that have its figures; earlier ones are shown without it

    @property
    def counts(self) -> tuple[Count, ...]:
        """The columns that show a figure."""
        return tuple(column for column in self.columns if isinstance(column, Count))


SECTIONS = {
    "stock": "Opened, closed and open",
    "climb": "How far they climbed",
    "who": "Who challenges whom",
    "what": "What about",
    "how-long": "How long",
    "in-time": "Answered in time",
    "silence": "Through silence",
    "told": "Told and satisfied",
    "outcomes": "Outcomes and impact for the child",
    "skipped": "Skipped stages",
    "notes": "Informal notes and good practice",
    "learning": "Learning",
    "how-far": "How far learning has come",
    "repeats": "Repeats",
}

IN_TIME = Share("in_time_share", "Share in time", "responses_in_time", ("responses_due",))
_RESPONSES: tuple[Column, ...] = (Count("responses_due"), Count("responses_in_time"), Count("responses_late"), IN_TIME)
_IN_TIME_DRAWN = ("responses_in_time", "responses_late")

TREND_FIGURES = (
    "opened",
    "left",
    "open_at_end",
    "resolved",
    "resolved_early",
    "told",
    "responses_due",
    "responses_in_time",
    "advances_silent",
)

DRAWN = (("cohort", "drawn"),)
# Of the eight quarters' trend of learning: column, heading, figure and cut.
WAYS_TREND = (
    ("drawn", "Drawn in the quarter", ("ways", DRAWN)),
    ("all", "All on their way", ("ways", ())),
    ("trained", "Staff trained", ("ways_training", ())),
    ("changed", "Measured change", ("ways_impact", ())),
    ("stopped", "Stopped", ("ways_stopped", ())),
)
_WAYS = tuple(
    map(
        Count,
        ("ways", "ways_action", "ways_training", "ways_evidence", "ways_activity_signed", "ways_impact_signed", "ways_impact",
         "ways_open", "ways_stopped"),
    )
)  # fmt: skip

LAYOUTS = (
    Layout(
        id="stock",
        section="stock",
        title="Opening stock + opened − left = closing stock, by kind",
        by=("kind",),
        columns=tuple(
            map(Count, ("open_at_start", "entered_late", "opened", "closed", "withdrawn", "redirected", "left", "open_at_end", "untold"))
        ),
    ),
    Layout(id="age", section="stock", title="Age of the open", by=("age",), columns=(Count("open_at_end"),), drawn=Drawn.BARS,
           drawn_columns=("open_at_end",)),
    Layout(id="redirected", section="stock", title="Redirected to", by=("redirected_to",), columns=(Count("redirected"),)),
    Layout(
        id="rungs",
        section="climb",
        title="Highest stage reached by the matters opened",
        by=("rung",),
        columns=(Count("opened"), Count("opened_still_open")),
        drawn=Drawn.BARS,
        drawn_columns=("opened",),
    ),
    Layout(id="resolved-at", section="climb", title="Stage at which matters were resolved", by=("stage",),
           columns=(Count("resolved"),)),
    Layout(
        id="early",
        section="climb",
        title="Resolved at stages 1–2",
        by=(),
        columns=(
            Count("resolved"),
            Count("resolved_early"),
            Share("early_share", "Share at stages 1–2", "resolved_early", ("resolved",)),
        ),
        total=False,
    ),
    Layout(id="raising", section="who", title="Raising agencies", by=("raising",), columns=(Count("opened"),)),
    Layout(id="receiving", section="who", title="Receiving agencies", by=("receiving",),
           columns=(Count("opened"), Count("passed_on"))),
    Layout(id="pairs", section="who", title="Raising and receiving agency", by=("raising", "receiving"),
           columns=(Count("opened"), Count("passed_on"))),
    Layout(id="themes", section="what", title="Themes", by=("theme",), columns=(Count("opened"), Count("theme_mentions", True)),
           drawn=Drawn.BARS, drawn_columns=("opened",)),
    Layout(id="levels", section="what", title="Levels of need at raising", by=("level",), columns=(Count("need"),)),
    Layout(id="priorities", section="what", title="Priorities at raising", by=("priority",),
           columns=(Count("opened"),), drawn=Drawn.BARS, drawn_columns=("opened",)),
    Layout(
        id="times",
        section="how-long",
        title="From raising to resolution",
        by=("priority",),
        columns=(
            Count("resolved"),
            Time("to_resolve", "resolved"),
            Time("to_resolve_by_the_clock", "resolved", clock=True),
            Count("open_at_end"),
        ),
    ),
    Layout(
        id="waits",
        section="how-long",
        title="The child's whole wait where a matter was passed on",
        by=(),
        columns=(Count("waited"), Time("wait", "waited")),
        total=False,
    ),
    Layout(id="in-time-stages", section="in-time", title="Answers by stage", by=("stage",), columns=_RESPONSES,
           drawn=Drawn.STACKED, drawn_columns=_IN_TIME_DRAWN),
    Layout(id="in-time-priorities", section="in-time", title="Answers by priority", by=("priority",), columns=_RESPONSES),
    Layout(id="in-time-stages-priorities", section="in-time", title="Answers by stage and priority", by=("stage", "priority"),
           columns=_RESPONSES),
    Layout(id="in-time-agencies", section="in-time", title="Answers by agency", by=("agency",), columns=_RESPONSES,
           drawn=Drawn.STACKED, drawn_columns=_IN_TIME_DRAWN),
    Layout(id="in-time-stages-agencies", section="in-time", title="Answers by stage and agency", by=("stage", "agency"),
           columns=_RESPONSES),
    Layout(id="overruns", section="in-time", title="Reasons for overruns", by=("overrun",), columns=(Count("responses_late"),)),
    Layout(id="silence", section="silence", title="Advances by the stage that was left", by=("stage",),
           columns=(Count("advances"), Count("advances_silent"),
                    Share("silent_share", "Share through silence", "advances_silent", ("advances",)))),
    Layout(id="silent-matters", section="silence", title="Matters and silence", by=(),
           columns=(Count("matters_silent"), Count("silent_at_last")), total=False),
    Layout(id="told", section="told", title="Told and satisfied", by=(),
           columns=(*map(Count, ("resolved", "told")), Share("told_share", "Share told", "told", ("resolved",)),
                    *map(Count, ("satisfied", "dissatisfied", "not_answering", "not_asked")),
                    Share("satisfied_share", "Share satisfied of those who answered", "satisfied",
                          ("satisfied", "dissatisfied"))), total=False),
    Layout(id="outcomes", section="outcomes", title="Outcomes", by=("outcome",), columns=(Count("resolved"),), drawn=Drawn.BARS,
           drawn_columns=("resolved",)),
    Layout(id="impacts", section="outcomes", title="Impact for the child", by=("impact",), columns=(Count("impact"),)),
    Layout(id="skipped", section="skipped", title="Skipped stages", by=(),
           columns=tuple(map(Count, ("skipped_matters", "skipped_stages", "skipped_safely"))), total=False),
    Layout(id="notes", section="notes", title="Notes by agency", by=("agency",),
           columns=(Count("informal_notes"), Count("good_practice"))),
    Layout(id="learning", section="learning", title="Learning by route", by=("route",),
           columns=tuple(map(Count, ("learning", "learning_taken", "learning_closed", "learning_changed")))),
    Layout(id="learning-flows", section="learning", title="Learning of any quarter", by=(),
           columns=tuple(map(Count, ("taken_in_quarter", "closed_in_quarter"))), total=False),
    Layout(id="ways", section="how-far", title="How many have come to each station", by=("cohort",), columns=_WAYS,
           drawn=Drawn.STACKED, drawn_columns=("drawn", "brought_over"), turned=True, form=2),
    Layout(id="ways-origins", section="how-far", title="By where it was learnt", by=("origin",), columns=_WAYS, form=2),
    Layout(id="ways-stopped", section="how-far", title="Where they have stopped, and for how long", by=("stands",),
           columns=(Count("ways_stopped"), Time("still", "ways_stopped", days=True)), exact=True, form=2),
    Layout(id="repeats", section="repeats", title="Repeats, at least", by=(),
           columns=tuple(map(Count, ("opened", "repeat_child", "repeat_theme"))), total=False),
)  # fmt: skip
