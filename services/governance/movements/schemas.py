"""How movement is shown: documents of pictures, each beside its table."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from services.governance.movements.domain import Course, Given, month_ends
from services.governance.risks.domain import Matrix, Status, Which
from shared.days import today, written
from shared.documents import NOT_APPLICABLE, Cell, Column, Document, Plot, PlotKind, Section, Table, Unit
from shared.documents import Row as Line
from shared.documents.rounding import day_and_time

MARKING = "OFFICIAL"


def of_one(row: Row[Any], scores: Sequence[Row[Any]], matrix: Matrix, now: datetime) -> Document:
    """How one risk moved: its scores at the end of each month, and each score with its reason."""
    return Document(
        title=f"{row.reference}: how the risk moved",
        subtitle=row.title,
        marking=MARKING,
        as_at=now,
        sections=(
            Section("movement", "Over the months", (_over_months(scores, row.closed_at, matrix, now),)),
            Section("scores", "Every score", (_each(scores, now),)),
        ),
        notes=(_threshold(matrix),),
    )


def of_register(found: Sequence[Row[Any]], courses: Mapping[UUID, Course], matrix: Matrix, now: datetime) -> Document:
    """How the register moved: live risks by band at the end of each month, and where each one went."""
    return Document(
        title="Risks: how the register moved",
        subtitle=f"The twelve months to {written(today(now))}",
        marking=MARKING,
        as_at=now,
        sections=(
            Section("bands", "By band", (_by_band(courses.values(), matrix, now),)),
            Section("risks", "Each risk", (_then_and_now(found, courses, matrix, now),)),
        ),
        notes=(_threshold(matrix),),
    )


def _threshold(matrix: Matrix) -> str:
    greatest = matrix.greatest
    return f"A current score of {matrix.escalates_at} or more, of {greatest}, goes to the body {matrix.escalates_to} by itself."


def _over_months(scores: Sequence[Row[Any]], closed_at: datetime | None, matrix: Matrix, now: datetime) -> Plot:
    courses = {which: Course(_of(scores, which), closed_at) for which in Which}
    shown = [which for which in Which if courses[which].given]
    table = Table(
        id="scores-by-month",
        title="Scores at the end of each month",
        definition="Each score as it stood when the month ended, and as it stands now.",
        as_at=now,
        stub="Month",
        columns=(
            *(Column(which.value, which.value.capitalize()) for which in shown),
            Column("threshold", "To the Executive"),
        ),
        rows=tuple(
            Line(
                f"{day:%Y-%m-%d}",
                f"{day:%b %Y}" if ended != now else "Now",
                (*(_cell(courses[which].at(ended)) for which in shown), Cell(matrix.escalates_at)),
            )
            for day, ended in _since_first(courses.values(), now)
        ),
    )
    return Plot(
        id="movement-plot",
        title="Scores over the months",
        kind=PlotKind.LINE,
        description=f"The {', '.join(which.value for which in shown)} score at the end of each month, and the threshold.",
        table=table,
        columns=tuple(column.id for column in table.columns),
    )


def _each(scores: Sequence[Row[Any]], now: datetime) -> Table:
    return Table(
        id="each-score",
        title="Every score with its reason",
        definition="Likelihood times impact, as it was given on its day; nothing is ever overwritten.",
        as_at=now,
        stub="Given",
        columns=(
            Column("which", "Which", Unit.TEXT),
            Column("likelihood", "Likelihood"),
            Column("impact", "Impact"),
            Column("score", "Score"),
            Column("band", "Band", Unit.TEXT),
            Column("reason", "Reason", Unit.TEXT),
        ),
        rows=tuple(
            Line(
                f"score-{number}",
                f"{number}. {day_and_time(one.scored_at)}",
                tuple(
                    Cell(value)
                    for value in (
                        one.which,
                        one.likelihood,
                        one.impact,
                        one.score,
                        one.band.replace("_", " "),
                        one.reason,
                    )
                ),
            )
            for number, one in enumerate(scores, 1)
        ),
    )


def _by_band(courses: Iterable[Course], matrix: Matrix, now: datetime) -> Plot:
    known = tuple(courses)
    table = Table(
        id="bands-by-month",
        title="Live risks at the end of each month, by band",
        definition="Risks that were raised and not closed, by their current score at that time in today's bands.",
        as_at=now,
        stub="Month",
        columns=tuple(Column(band.code, band.title) for band in matrix.bands),
        rows=tuple(
            Line(f"{day:%Y-%m-%d}", f"{day:%b %Y}" if ended != now else "Now", _counted(known, matrix, ended))
            for day, ended in month_ends(now)
        ),
    )
    return Plot(
        id="bands-plot",
        title="Live risks by band over the months",
        kind=PlotKind.STACKED,
        description="How many live risks stood in each band at the end of each month, and how many stand there now.",
        table=table,
        columns=tuple(column.id for column in table.columns),
    )


def _counted(courses: Sequence[Course], matrix: Matrix, ended: datetime) -> tuple[Cell, ...]:
    scores = [score for course in courses if (score := course.at(ended)) is not None]
    codes = [matrix.band(min(score, matrix.greatest)).code for score in scores]
    return tuple(Cell(codes.count(band.code)) for band in matrix.bands)


def _then_and_now(found: Sequence[Row[Any]], courses: Mapping[UUID, Course], matrix: Matrix, now: datetime) -> Table:
    then = month_ends(now)[0][1]
    return Table(
        id="each-risk",
        title="Where each risk went",
        definition="The current score twelve months ago, or the first one since, against the one now.",
        as_at=now,
        stub="Risk",
        columns=(
            Column("title", "What it is", Unit.TEXT),
            Column("then", "Twelve months ago"),
            Column("first", "First since"),
            Column("now", "Now"),
            Column("target", "Target"),
            Column("status", "Stands", Unit.TEXT),
        ),
        rows=tuple(
            Line(
                row.reference.lower(),
                row.reference,
                (
                    Cell(row.title),
                    _cell(courses[row.id].at(then)),
                    _cell(next((one.score for one in courses[row.id].given if one.at > then), None)),
                    _cell(None if row.status == Status.CLOSED else row.current_score),
                    _cell(row.target_score),
                    Cell(row.status),
                ),
            )
            for row in found
        ),
    )


def _of(scores: Sequence[Row[Any]], which: Which) -> tuple[Given, ...]:
    return tuple(Given(one.scored_at, one.score) for one in scores if one.which == which)


def _since_first(courses: Iterable[Course], now: datetime) -> Sequence[tuple[date, datetime]]:
    """The month ends from the one before which there was no score, so that a young risk has no empty year."""
    firsts = [course.given[0].at for course in courses if course.given]
    ends = month_ends(now)
    later = [(day, ended) for day, ended in ends if firsts and ended >= min(firsts)]
    return later or ends[-1:]


def _cell(score: int | None) -> Cell:
    return NOT_APPLICABLE if score is None else Cell(score)
