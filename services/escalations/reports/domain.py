"""What a quarter's figures are: a snapshot of counts and times, read by figure and cut, and what it says is stuck."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import Any

import rfc8785

from shared.problems import Conflict, Forbidden, NotFound

FORM = 2  # of the snapshot; a later form reads the earlier ones
SMALL = 5  # counts below it can tell who a child is

Cut = tuple[tuple[str, str], ...]
Key = tuple[str, Cut]


class Edition(StrEnum):
    """Who the report is for: `exact` for those who work with the cases, `wider` for everybody else."""

    EXACT = "exact"
    WIDER = "wider"


class Window(StrEnum):
    """What a wider edition covers: the quarter, or the four quarters that end with it where the quarter is too small."""

    QUARTER = "quarter"
    ROLLING = "rolling"


class Wider(StrEnum):
    """What has become of a frozen quarter's wider edition: `withheld` is for good, since nothing protects its small counts."""

    BEING_PREPARED = "being_prepared"
    PUBLISHED = "published"
    WITHHELD = "withheld"


class NotStarted(NotFound):
    """The quarter lies in the future."""

    code = "quarter_not_started"
    title = "This quarter has not begun"
    cure = "Ask for an earlier one."


class NotOver(Conflict):
    """The quarter is still running."""

    code = "quarter_not_over"
    title = "This quarter is not over"
    cure = "Freeze it after its last day."


class AlreadyFrozen(Conflict):
    """The quarter is frozen, which is done once."""

    code = "quarter_already_frozen"
    title = "This quarter is already frozen"
    cure = "What is learnt later stands beside it."


class NotFrozen(NotFound):
    """The quarter is not frozen, and only a frozen one has a snapshot that stays."""

    code = "quarter_not_frozen"
    title = "This quarter is not frozen"
    cure = "Freeze it, or read the report as it stands."


class ExactOnly(Forbidden):
    """Exact counts are for those who work with the cases."""

    code = "exact_edition"
    title = "The exact edition is not for you"
    cure = "Leave `edition` out, or ask for `wider`."


class NotPublished(Conflict):
    """The wider edition does not exist yet: one of a quarter that still changes would give itself away day by day."""

    code = "wider_edition_not_published"
    title = "The wider edition is not published"
    cure = "Wait, or read the exact edition, if you may."


class BeingPrepared(Conflict):
    """The quarter is frozen, and what its wider edition must hide is still being searched for."""

    code = "wider_edition_being_prepared"
    title = "The wider edition is being prepared"
    cure = "Ask again in a minute; `GET …/freeze` says when it is there."


class Unknown(NotFound):
    """There is no figure of that name, or it is not counted in that cut."""

    code = "no_such_figure"
    cure = "Follow the links of the report's cells."


def key(figure: str, cut: Mapping[str, str] | None = None) -> Key:
    """The name of one count: a figure, and how it is cut."""
    return figure, tuple(sorted((cut or {}).items()))


@dataclass(frozen=True)
class Snapshot:
    """One period's figures as plain values that can be stored, hashed and read again next year."""

    plain: Mapping[str, Any]

    @cached_property
    def counts(self) -> dict[Key, int]:
        """Every count that is not nought."""
        return {key(figure, cut): number for figure, cut, number in self.plain["counts"]}

    @cached_property
    def cuts(self) -> dict[tuple[str, frozenset[str]], list[Cut]]:
        """The cuts in which a figure counts anything, by the figure and the dimensions."""
        found: dict[tuple[str, frozenset[str]], list[Cut]] = {}
        for figure, cut in self.counts:
            found.setdefault((figure, frozenset(d for d, _ in cut)), []).append(cut)
        return found

    @cached_property
    def times(self) -> dict[Key, Mapping[str, float | None]]:
        """Every duration's `n`, `median` and `p90`, in hours."""
        return {key(time, cut): values for time, cut, values in self.plain["times"]}

    @cached_property
    def titles(self) -> dict[str, dict[str, str]]:
        """The codes of each dimension in their order, with their titles of the day."""
        return {dimension: dict(pairs) for dimension, pairs in self.plain["titles"].items()}

    @property
    def form(self) -> int:
        """Which figures it has: what a form brought is missing from those before."""
        return int(self.plain["form"])

    @property
    def as_at(self) -> datetime:
        """The instant whose state the figures tell."""
        return datetime.fromisoformat(self.plain["as_at"])

    @property
    def quarter(self) -> str:
        """`2026/27 Q2`."""
        return str(self.plain["quarter"])

    @property
    def named(self) -> list[str]:
        """The references of the matters that it tells of one by one."""
        matters = [*self.plain["skips"], *filter(None, [self.plain["oldest"]])]
        return sorted({matter["reference"] for matter in matters})

    def count(self, figure: str, **cut: str) -> int:
        """One count; nought where nothing was counted."""
        return self.counts.get(key(figure, cut), 0)

    @cached_property
    def canonical(self) -> bytes:
        """Its canonical JSON (RFC 8785): the same bytes from whoever writes the same values."""
        return rfc8785.dumps(dict(self.plain))

    @cached_property
    def hash(self) -> str:
        """SHA-256 over the canonical JSON, in hexadecimal."""
        return hashlib.sha256(self.canonical).hexdigest()

    def salted(self, salt: str) -> Snapshot:
        """The same with a random word in it, without which its hash would let a reader try out what is hidden."""
        return Snapshot({**self.plain, "salt": salt})


def wider(decided: bool, hidden: object) -> Wider:
    """What has become of a frozen quarter's wider edition, by whether it is decided, and on what."""
    if not decided:
        return Wider.BEING_PREPARED
    return Wider.WITHHELD if hidden is None else Wider.PUBLISHED


# What a table's parts are set against. Where one of these is small, so is most of the quarter.
TOTALS = ("opened", "resolved", "open_at_end", "responses_due")


def window(snapshot: Snapshot) -> Window:
    """Whether the wider edition of this quarter can show the quarter, or must show the rolling four."""
    return Window.ROLLING if any(snapshot.count(total) < SMALL for total in TOTALS) else Window.QUARTER


def share(of: int, over: int) -> float | None:
    """Per cent; None where there is nothing to measure."""
    return 100 * of / over if over else None


def corrections(frozen: Snapshot, today: Snapshot) -> list[tuple[Key, int, int]]:
    """The counts of which more is known now than when the quarter was frozen: key, as frozen, as known now."""
    return [
        (which, frozen.counts.get(which, 0), today.counts.get(which, 0))
        for which in sorted(frozen.counts.keys() | today.counts.keys())
        if frozen.counts.get(which, 0) != today.counts.get(which, 0)
    ]


def stuck(snapshot: Snapshot, hidden: Iterable[Key] = ()) -> str:
    """One sentence for the chair on where answers stall; it uses no figure that is hidden."""
    unseen = set(hidden)

    def late_most(**cut: str) -> tuple[str, int, int] | None:
        dimension = "agency" if cut else "stage"
        found = []
        for code in snapshot.titles.get(dimension, {}):
            by = cut | {dimension: code}
            if not unseen & {key("responses_due", by), key("responses_in_time", by)}:
                found.append((code, snapshot.count("responses_in_time", **by), snapshot.count("responses_due", **by)))
        late = [one for one in found if one[1] < one[2]]
        # Where most was late: one answer of one would else hide six of fourteen. Among equals the lowest share, then the
        # lowest code, so that it never flickers.
        return min(late, key=lambda one: (one[1] - one[2], one[1] / one[2], one[0]), default=None)

    stage = late_most()
    if stage is None:
        return _nothing_stuck(snapshot, unseen)
    order, in_time, due = stage
    sentence = f"Stage {order} is where answers stall: {in_time} of {due} came in time"
    if (agency := late_most(stage=order)) and agency[2] < due:
        title = snapshot.titles["agency"][agency[0]]
        sentence += f", {agency[1]} of {agency[2]} from {title}"
    silent = key("advances_silent", {"stage": order})
    if silent not in unseen and (advances := snapshot.counts.get(silent)):
        sentence += f", and {advances} {'matter' if advances == 1 else 'matters'} left it through silence"
    return sentence + "."


def how_far(snapshot: Snapshot, hidden: Iterable[Key] = ()) -> str:
    """One sentence on how far what was learnt in the period has come; it uses no figure that is hidden."""
    drawn = {"cohort": "drawn"}
    figures = [key(figure, drawn) for figure in ("ways", "ways_training", "ways_impact")]
    if set(hidden) & set(figures):
        return "The figures are too small to say in public how far what was learnt in the period has come."
    points, trained, shown = (snapshot.counts.get(one, 0) for one in figures)
    if not points:
        return "Nothing was learnt anew in the period."
    of = "Of 1 learning point" if points == 1 else f"Of {points} learning points"
    staff, change = _so_many(trained, "has", "have"), _so_many(shown, "shows", "show")
    return f"{of} drawn in the period, {staff} trained staff, {change} measured change."


def _so_many(number: int, singular: str, plural: str) -> str:
    return f"{number or 'none'} {singular if number < 2 else plural}"


def _nothing_stuck(snapshot: Snapshot, unseen: set[Key]) -> str:
    due = key("responses_due")
    if unseen & {due, key("responses_in_time")} or (
        snapshot.count("responses_in_time") < snapshot.count("responses_due")
    ):
        return "The figures are too small to say in public what is stuck."
    if not snapshot.counts.get(due):
        return "No answer fell due."
    return f"Nothing is stuck: every answer that fell due came in time ({snapshot.counts[due]})."
