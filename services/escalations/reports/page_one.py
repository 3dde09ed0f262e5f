"""Page one, for the chair: what is stuck, what moved, who answered, what was decided."""

from __future__ import annotations

from collections.abc import Iterator

from services.escalations.reports.cells import Cells
from services.escalations.reports.domain import stuck
from services.escalations.reports.layouts import IN_TIME, Count
from services.escalations.reports.tables import table
from shared.documents import NOT_APPLICABLE, Cell, Measure, Part, Prose, Section, Unit

NONE_YET = "None yet."
_ANSWERS = (Count("responses_due"), Count("responses_in_time"), IN_TIME)
_STAGE_2 = "2"


def page_one(cells: Cells) -> Section:
    """The section."""
    return Section("page-one", "For the chair", tuple(_parts(cells)))


def _parts(cells: Cells) -> Iterator[Part]:
    plain = cells.snapshot.plain
    yield Prose("stuck", "What is stuck", (stuck(cells.snapshot, cells.hidden),))
    yield cells.measure("opened", "opened")
    yield cells.measure("closed", "closed")
    yield cells.measure("open-now", "open_at_end", "Open at the end" if plain["finished"] else "Open now")
    yield _oldest(cells)
    yield cells.share_measure("advanced-through-silence", "Advanced through silence", "advances_silent", "advances")
    yield cells.share_measure("raiser-told", "Raiser told", "told", "resolved")
    yield _silent_agencies(cells)
    yield cells.share_measure("learning-taken", "Learning taken", "learning_taken", "learning")
    yield cells.share_measure(
        "learning-changed", "Learning taken that changed something", "learning_changed", "learning_taken"
    )
    asked = tuple(one["text"] for one in plain["decisions"])
    yield Prose("asked", "Decisions asked for", asked or (NONE_YET,), listed=bool(asked))
    became = tuple(f"{one['text']} – {one['became'] or 'nothing yet'}" for one in plain["earlier_decisions"])
    yield Prose(
        "became", "What became of last quarter's decisions", became or ("None was asked for.",), listed=bool(became)
    )
    for by in ("priority", "agency"):
        yield table(
            cells, id_=f"stage-2-by-{by}", title=f"Stage 2 answered in time, by {by}", by=(by,), columns=_ANSWERS,
            given={"stage": _STAGE_2}, total=False,
        )  # fmt: skip
    yield table(
        cells, id_="outcomes-in-short", title="Outcomes in short", by=("outcome",), columns=(Count("resolved"),)
    )


def _oldest(cells: Cells) -> Measure:
    found = cells.snapshot.plain["oldest"]
    shown = NOT_APPLICABLE if found is None else Cell(found["days"])
    which = f", {found['reference']}," if found and cells.address else ""
    return Measure(
        id="oldest", title="The oldest open",
        definition=f"Calendar days since the longest open matter{which} was raised.",
        unit=Unit.CALENDAR_DAYS, as_at=cells.as_at, value=shown,
    )  # fmt: skip


def _silent_agencies(cells: Cells) -> Measure:
    plain = cells.snapshot.plain
    return Measure(
        id="expected-but-none", title="Expected but none",
        definition="Agencies expected to raise on the last day that raised nothing; a fall is not good news. "
        "What a predecessor raised counts for its successor.",
        unit=Unit.COUNT, as_at=cells.as_at, value=Cell(len(plain["silent_agencies"])),
        numerator=Cell(len(plain["silent_agencies"])), denominator=Cell(plain["expected"]),
    )  # fmt: skip
