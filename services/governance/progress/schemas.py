"""What an answer says of a plan's progress."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from services.governance.plans.domain import AreaKind
from services.governance.plans.schemas import StatementShown
from shared.schemas import Code, Instant, Response


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
