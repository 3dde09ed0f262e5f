"""What an answer says of a plan's progress, and the same as a document for the body whose plan it is."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from services.governance.drift.schemas import Drifting
from services.governance.plans.domain import AreaKind
from services.governance.plans.schemas import StatementShown
from shared.documents import NOT_APPLICABLE, Cell, Column, Document, Measure, Prose, Row, Section, Table, Unit
from shared.schemas import Code, Instant, Response

MARKING = "OFFICIAL"


class ShareShown(Response):
    """A count over its denominator, in the words of its definition; null per cent of nothing."""

    count: int
    of: int
    percent: float | None
    definition: str


class FiguresShown(Response):
    """What is counted."""

    closed: ShareShown
    phase_1: ShareShown
    phase_2: ShareShown
    proposed: int
    not_accepted: int
    superseded: int
    overdue: int
    drifting: int
    stale: Annotated[int, Field(description="Somebody has signed what has changed since.")]


class AreaFigures(FiguresShown):
    """What is counted of one area; of none: no action is for it."""

    code: str
    kind: Annotated[str, Code(AreaKind)]
    text: str
    actions: Annotated[int, Field(description="All that are for it, proposals too; 0: nobody acts upon it yet.")]


class Progress(Response):
    """How far a plan has come, as of today, of the actions that you may see."""

    plan_id: UUID
    code: str
    title: str
    as_at: Instant
    effective_to: date | None
    sees_all: Annotated[bool, Field(description="Whether these are all of its actions, or those that you may see.")]
    sentence: str
    denominator: str
    whole: FiguresShown
    areas: Annotated[list[AreaFigures], Field(max_length=1000)]
    without_area: FiguresShown
    statements: Annotated[list[StatementShown], Field(max_length=100)]


TITLES = {"closed": "Closed", "phase_1": "Activity signed (phase 1)", "phase_2": "Impact signed (phase 2)"}
COUNTED = ("proposed", "overdue", "drifting", "stale")


def document(said: Progress, drifting: Sequence[Drifting]) -> Document:
    """The report of one plan on demand: shares with their denominators, areas, and each drifting action with its decision."""
    return Document(
        title=said.title,
        subtitle=said.sentence,
        marking=MARKING,
        as_at=said.as_at,
        sections=(
            Section("whole", "How far it has come", tuple(_measure(said, name) for name in TITLES)),
            Section("areas", "By area", (_areas(said),)),
            Section("drift", "What drifts", (_drift(said, drifting),)),
            Section("published", "What was published of it", (_published(said),)),
        ),
        notes=(said.denominator,) if said.sees_all else (said.denominator, "Counted are the actions that you may see."),
    )


def _measure(said: Progress, name: str) -> Measure:
    share: ShareShown = getattr(said.whole, name)
    return Measure(
        id=name.replace("_", "-"),
        title=TITLES[name],
        definition=f"{share.definition} Of: {said.denominator}",
        unit=Unit.PERCENT,
        as_at=said.as_at,
        value=NOT_APPLICABLE if share.percent is None else Cell(share.percent),
        numerator=Cell(share.count),
        denominator=Cell(share.of),
    )


def _areas(said: Progress) -> Table:
    columns = [Column("agreed", "Agreed"), *(Column(name, title) for name, title in TITLES.items())]
    columns += [Column(name, name.capitalize()) for name in COUNTED]
    known: list[tuple[str, str, FiguresShown]] = [(one.code, one.text, one) for one in said.areas]
    known.append(("without-area", "For no area", said.without_area))
    return Table(
        id="areas-table",
        title="Actions by area",
        definition="How many actions are for each area, and how they stand; where there is none, nobody acts upon it yet.",
        as_at=said.as_at,
        stub="Area",
        columns=tuple(columns),
        rows=tuple(Row(code, text, _cells(found)) for code, text, found in known),
    )


def _cells(found: FiguresShown) -> tuple[Cell, ...]:
    shares = [getattr(found, name).count for name in TITLES]
    return tuple(map(Cell, (found.closed.of, *shares, *(getattr(found, name) for name in COUNTED))))


def _drift(said: Progress, drifting: Sequence[Drifting]) -> Table | Prose:
    if not drifting:
        return Prose("no-drift", "Nothing drifts", ("No action is late or was moved more often than is tolerated.",))
    columns = (
        ("delay", "How its date stands"),
        ("lead", "Lead"),
        ("decision", "Decision"),
        ("review", "Looked at again"),
    )
    return Table(
        id="drift-table",
        title="Each action that drifts, with the decision on it",
        definition="Late, or moved later more often than the rules tolerate; days on which a body had it are that body's.",
        as_at=said.as_at,
        stub="Action",
        columns=tuple(Column(code, title, Unit.TEXT) for code, title in columns),
        rows=tuple(
            Row(one.reference.lower(), f"{one.reference}: {one.text}", tuple(map(Cell, _decided(one))))
            for one in drifting
        ),
    )


def _decided(one: Drifting) -> tuple[str, ...]:
    found = one.decision
    decision = f"{found.decision}: {found.text}" if found else "none"
    again = found.review_on.isoformat() if found and found.review_on else "no day"
    return one.delay, one.lead_agency_id or "nobody", decision, again


def _published(said: Progress) -> Prose:
    lines = [
        f"{one.stated_on.isoformat()}: {one.text} ({one.source}) "
        f"{'Its records give the same' if one.reproducible else 'It cannot be made again'}: {one.why}"
        for one in said.statements
    ]
    return Prose("statements", "Statements", tuple(lines) or ("Nothing.",), listed=True)
