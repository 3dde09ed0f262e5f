"""What the requests about courses say, and what answers show."""

from datetime import date
from typing import Annotated, Any, ClassVar
from uuid import UUID

from pydantic import ConfigDict, Field, JsonValue

from services.training.courses.domain import Mode, Standing
from shared.listing import Listing
from shared.paging import GREATEST
from shared.schemas import CauseGiven, CauseShown, Code, Day, Instant, Line, Number, Request, Response, Slug, Worded

EXAMPLE: dict[str, JsonValue] = {
    "code": "how-to-strategy-discussion",
    "title": "How to… attend a strategy discussion",
    "about": "What referrers bring to a strategy discussion, and what they may ask of it.",
    "audience": ["Referrers of every agency"],
    "themes": ["Strategy discussions"],
    "length_minutes": 60,
    "mode": "online",
    "series": "how-to",
    "evaluation": "short",
    "causes": [{"type": "escalations.learning", "id": "0199b8a4-3c00-7000-8000-000000000001"}],
}
SeriesCode = Annotated[Slug, Field(examples=["how-to"], description="One of /training/v1/series.")]
EvaluationCode = Annotated[
    str,
    Field(
        pattern=r"^[a-z_]+$",
        max_length=40,
        examples=["short"],
        description="How deep it is evaluated: full, short or light.",
    ),
]
Lines = Annotated[list[Line], Field(max_length=20)]
Note = Annotated[str, Field(min_length=1, max_length=2000, pattern=r"^[^\x00]*$")]
Minutes = Annotated[Number, Field(ge=5, le=6000)]
Year = Annotated[
    str,
    Field(pattern=r"^[0-9]{4}[/-][0-9]{2}$", max_length=7, examples=["2026/27"], description="From April to March."),
]


def left_out() -> Any:
    """The default of a field that may be left out and may not be null; it is never read."""


class Said(Worded):
    """What a new course says of itself."""

    prose: ClassVar = ("about", "note")
    lines: ClassVar = ("title", "framework", "level", "audience", "themes", "source")

    title: Line
    about: Note | None = None
    framework: Line | None = None
    level: Line | None = None
    audience: Lines = []
    themes: Lines = []
    length_minutes: Minutes | None = None
    mode: Mode
    series: SeriesCode | None = None
    evaluation: EvaluationCode
    effective_from: Annotated[Day | None, Field(description="The first day on which it is offered.")] = None
    effective_to: Annotated[Day | None, Field(description="The last day on which it is offered.")] = None
    source: Note | None = None
    note: Note | None = None


class AddCourse(Said):
    """A new course, with what asked for it."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    code: Slug
    causes: Annotated[list[CauseGiven], Field(max_length=20)] = []


class ChangeCourse(Worded):
    """What changes; what is not sent stays as it is. What asks for a course is linked, and its end named, by other operations."""

    prose: ClassVar = ("about", "note")
    lines: ClassVar = ("title", "framework", "level", "audience", "themes", "source")

    title: Line = Field(default_factory=left_out)
    about: Note | None = None
    framework: Line | None = None
    level: Line | None = None
    audience: Lines = Field(default_factory=left_out)
    themes: Lines = Field(default_factory=left_out)
    length_minutes: Minutes | None = None
    mode: Mode = Field(default_factory=left_out)
    series: SeriesCode | None = None
    evaluation: EvaluationCode = Field(default_factory=left_out)
    effective_from: Day | None = None
    source: Note | None = None
    note: Note | None = None


class EndCourse(Request):
    """The last day on which it is offered."""

    effective_to: Day


class LinkCourse(Request):
    """What asks for it besides."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"causes": EXAMPLE["causes"]}]})

    causes: Annotated[list[CauseGiven], Field(min_length=1, max_length=20)]


class CourseShown(Response):
    """One course."""

    id: UUID
    code: str
    title: str
    about: str | None
    framework: str | None
    level: str | None
    audience: Annotated[list[str], Field(max_length=20)]
    themes: Annotated[list[str], Field(max_length=20)]
    length_minutes: int | None
    mode: Annotated[str, Code(Mode)]
    series: str | None
    evaluation: str
    causes: Annotated[
        list[CauseShown],
        Field(max_length=100, description="The learning, recommendations and actions that ask for it."),
    ]
    standing: Annotated[str, Code(Standing)]
    effective_from: date | None
    effective_to: date | None
    unverified: Annotated[list[str], Field(max_length=50, description="Fields that no published document states.")]
    source: str | None
    note: str | None
    added_at: Instant


class CoursePage(Response):
    """One page, in the order of codes; `next` is the cursor of the page after it, null at the end."""

    items: Annotated[list[CourseShown], Field(max_length=GREATEST)]
    next: Annotated[str | None, Field(max_length=500)]


class ListCourses(Listing):
    """How a list is narrowed and paged."""

    q: Annotated[str | None, Field(min_length=2, max_length=100, description="A part of a title or code.")] = None
    series: SeriesCode | None = None
    mode: Mode | None = None
    framework: Annotated[str | None, Field(max_length=200)] = None
    level: Annotated[str | None, Field(max_length=200)] = None
    theme: Annotated[str | None, Field(max_length=200)] = None
    cause_id: Annotated[
        str | None, Field(pattern=r"^[A-Za-z0-9-]+$", max_length=100, description="Asked for by this record.")
    ] = None
    year: Annotated[Year | None, Field(description="The programme of a year: all that is offered on a day of it.")] = (
        None
    )
    in_effect_on: Annotated[Day | None, Field(description="Only courses offered on that day.")] = None


class SeriesShown(Response):
    """One series."""

    code: str
    title: str
    about: str
    rhythm: str | None
    length_minutes: int | None
    effective_from: date | None
    effective_to: date | None
    unverified: Annotated[list[str], Field(max_length=50, description="Fields that no published document states.")]
    source: str | None


class SeriesList(Response):
    """Every series, by its code."""

    items: Annotated[list[SeriesShown], Field(max_length=GREATEST)]
