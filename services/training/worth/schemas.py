"""How figures of evaluations are asked for, shown, and drawn."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Annotated

from pydantic import Field

from services.training.evaluations.domain import Audience, Moment, Scale
from services.training.figures.schemas import OfSessions
from services.training.rulebook import question
from services.training.worth.domain import WHO_WAS_ASKED, ByProgramme, Said
from shared.documents import (
    HIDDEN,
    NOT_APPLICABLE,
    Cell,
    Column,
    Document,
    Plot,
    PlotKind,
    Prose,
    Row,
    Section,
    Table,
    Unit,
)
from shared.schemas import Code, Response


class AskWorth(OfSessions):
    """Of which sessions, and by what it is divided."""

    by: Annotated[ByProgramme, Field(description="Lines for each course, or each session.")] = ByProgramme.COURSE


class ReturnShown(Response):
    """How many have answered, of whom."""

    numerator: int
    numerator_is: str
    denominator: int
    denominator_is: str
    value: Annotated[float | None, Field(description="Unrounded; null over nothing.")]
    late: Annotated[int, Field(description="Of those who have answered.")]
    lapsed: Annotated[int, Field(description="Of those asked: not answered in time, nor since.")]


class ValueCount(Response):
    """How often one value of a scale was chosen."""

    value: int
    words: str
    count: int


class AnswersShown(Response):
    """How one question was answered."""

    question: str
    level: Annotated[
        int,
        Field(
            description="Kirkpatrick's: 1 how it was received, 2 what was learnt, 3 what is done otherwise at work. The fourth, what "
            "became of it for children, is what threads measure."
        ),
    ]
    answered: int
    mean: Annotated[float | None, Field(description="Unrounded. Of an agreement, the share that agrees.")]
    distribution: Annotated[list[ValueCount], Field(max_length=10)]


class ChangeShown(Response):
    """How the answers of the same delegates to one question changed since the earliest moment at which they were asked it."""

    question: str
    compared: int
    better: int
    same: int
    worse: int
    mean_before: float
    mean_after: float


class WorthLine(Response):
    """What those asked at one moment said, in one group."""

    key: str
    title: str
    moment: Annotated[str, Code(Moment)]
    audience: Annotated[str, Code(Audience)]
    returned: ReturnShown
    answers: Annotated[list[AnswersShown], Field(max_length=20)]
    changes: Annotated[list[ChangeShown], Field(max_length=20)]
    hidden: Annotated[
        bool,
        Field(
            description="Something is not shown, because fewer than `fewest` have said it at one session, or it would tell what they said."
        ),
    ]
    hidden_why: Annotated[str | None, Field(description="The same in words; null where nothing is hidden.")]


class WorthShown(Response):
    """What sessions were worth, and what they changed, as it is known on a day."""

    as_on: date
    fewest: Annotated[
        int, Field(description="Of fewer answers at one session nobody sees them who does not run the programme.")
    ]
    lines: Annotated[list[WorthLine], Field(max_length=5000)]


MARKING = "OFFICIAL"
SAID_AT: Mapping[tuple[Moment, Audience], str] = {
    (Moment.BEFORE, Audience.ATTENDEE): "Before",
    (Moment.END, Audience.ATTENDEE): "At the end",
    (Moment.IMPACT, Audience.ATTENDEE): "Impact",
    (Moment.IMPACT, Audience.MANAGER): "Impact, by managers",
}
MEANS = {
    Scale.ONE_TO_FIVE: ("means", "How it was rated", "The mean of all answers, from 1 (not at all) to 5 (completely)."),
    Scale.AGREEMENT: ("agreement", "Who agrees", "Of all who answered, those who agree, in per cent."),
}


def in_words(said: Said, fewest: int) -> str | None:
    """Why something is not shown, in one sentence; None where nothing is hidden."""
    if not said.worth.hidden:
        return None
    number = said.worth.returned.answered
    answered = f"{number} {'has' if number == 1 else 'have'} answered"
    what = "some of it is not shown" if said.worth.answers else "what was said is not shown"
    return f"{answered}; {what}, for fewer than {fewest} said it at one session, or of one agency, and could be known by it."


def document(said: Sequence[Said], fewest: int, now: datetime) -> Document:
    """The same figures as a document of pictures, each beside its table; what was hidden before stays hidden."""
    rated = [part for scale in Scale if (part := _means(said, scale, now))]
    changed = _changes(said, now)
    nothing = Prose("nothing", "Nothing to show", (f"Nothing has been answered by {fewest} or more.",))
    unseen = tuple(
        f"{one.title}, {SAID_AT[one.moment, one.audience].lower()}: {why}"
        for one in said
        if (why := in_words(one, fewest))
    )
    hidden = (Prose("hidden", "What is not shown", unseen, listed=True),) if unseen else ()
    return Document(
        title="What training was worth",
        subtitle="Evaluations before sessions, at their end, and for what they changed",
        marking=MARKING,
        as_at=now,
        sections=(
            Section("returns", "Who has answered", (_returns(said, now),)),
            Section("answers", "What was answered", (*(tuple(rated) or (nothing,)), *hidden)),
            *((Section("changes", "What has changed", (changed,)),) if changed else ()),
        ),
        notes=(f"Whoever does not run the programme sees no answers of fewer than {fewest}.",),
    )


def _returns(said: Sequence[Said], now: datetime) -> Plot:
    table = Table(
        id="return-rates",
        title="Who has answered, of those asked",
        definition="; ".join(f"{SAID_AT[key]}: {what}" for key, what in WHO_WAS_ASKED.items()) + ".",
        as_at=now,
        stub="Asked of",
        columns=(Column("rate", "Return rate", Unit.PERCENT), Column("answered", "Answered"), Column("asked", "Asked")),
        rows=tuple(
            Row(
                f"{one.key}-{one.moment}-{one.audience}",
                f"{one.title}: {SAID_AT[one.moment, one.audience].lower()}",
                (_percent(one.worth.returned.rate), Cell(one.worth.returned.answered), Cell(one.worth.returned.asked)),
            )
            for one in said
        ),
    )
    description = "For each course or session and each moment, the share that has answered of those who were asked."
    return _plot("returns-plot", "Return rates", PlotKind.BAR, description, table, ("rate",))


def _means(said: Sequence[Said], scale: Scale, now: datetime) -> Plot | None:
    """The mean of each question at each moment at which anybody was asked; None where nobody has answered one of this scale."""
    found = {
        (one.key, answer.question, one.moment, one.audience): answer.mean
        for one in said
        for answer in one.worth.answers
    }
    rows = sorted({(key, code) for key, code, *_ in found if question(code).scale == scale})
    if not rows:
        return None
    titles = {one.key: one.title for one in said}
    lines = {(one.key, one.moment, one.audience): one for one in said}
    percent = scale is Scale.AGREEMENT

    def cell(key: str, code: str, at: tuple[Moment, Audience]) -> Cell:
        mean = found.get((key, code, *at))
        if mean is not None:
            return _percent(mean) if percent else Cell(mean)
        line, one = lines.get((key, *at)), question(code)
        asked = at[0] in one.moments and (at[1] is Audience.ATTENDEE or one.manager)
        return HIDDEN if line and line.worth.hidden and asked else NOT_APPLICABLE

    moments = [at for at in SAID_AT if any(cell(key, code, at) != NOT_APPLICABLE for key, code in rows)]
    id_, title, definition = MEANS[scale]
    unit = Unit.PERCENT if percent else Unit.RATE
    table = Table(
        id=id_,
        title=title,
        definition=f"{definition} At different moments different people may have answered.",
        as_at=now,
        stub="Question",
        columns=tuple(Column(f"{at[0]}-{at[1]}", SAID_AT[at], unit) for at in moments),
        rows=tuple(
            Row(f"{key}-{code}", f"{titles[key]}: {question(code).text}", tuple(cell(key, code, at) for at in moments))
            for key, code in rows
        ),
    )
    return _plot(f"{id_}-plot", f"{title}, from before to impact", PlotKind.BAR, definition, table)


def _changes(said: Sequence[Said], now: datetime) -> Plot | None:
    """How many answered better, the same or worse than before, of those who answered twice; None where nobody did."""
    rows = tuple(
        Row(
            f"{one.key}-{one.moment}-{change.question}",
            f"{one.title}: {question(change.question).text} ({SAID_AT[one.moment, one.audience].lower()})",
            (Cell(change.better), Cell(change.same), Cell(change.worse), Cell(change.compared)),
        )
        for one in said
        for change in one.worth.changes
    )
    if not rows:
        return None
    table = Table(
        id="changes-since",
        title="How the same delegates' answers changed",
        definition="Of the delegates who answered a question then and at an earlier moment, against their earliest answer.",
        as_at=now,
        stub="Question",
        columns=(
            Column("better", "Better"),
            Column("same", "The same"),
            Column("worse", "Worse"),
            Column("compared", "Compared"),
        ),
        rows=rows,
    )
    shown = ("better", "same", "worse")
    return _plot("changes-plot", "What has changed", PlotKind.STACKED, table.definition, table, shown)


def _plot(
    id_: str, title: str, kind: PlotKind, description: str, table: Table, columns: tuple[str, ...] | None = None
) -> Plot:
    shown = columns or tuple(column.id for column in table.columns)
    return Plot(id=id_, title=title, kind=kind, description=description, table=table, columns=shown)


def _percent(share: float | None) -> Cell:
    return NOT_APPLICABLE if share is None else Cell(share * 100)
