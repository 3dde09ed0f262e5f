"""What answers show of ladders."""

from datetime import date
from typing import Annotated

from pydantic import Field

from services.escalations.ladders.domain import Duty, Formality, Kind, OnBreach, Priority
from shared.clocks import Unit
from shared.joint_decisions.domain import DecidedBy, OnDissent
from shared.policy import Seniority
from shared.schemas import Code, Response


class ClockOf(Response):
    """How long one duty may take at one priority, and what follows when it runs out."""

    duty: Annotated[str, Code(Duty)]
    priority: Annotated[str, Code(Priority)]
    amount: int
    unit: Annotated[str, Code(Unit)]
    on_breach: Annotated[str, Code(OnBreach)]


class StageOf(Response):
    """One rung of a ladder."""

    order: int
    name: str
    formality: Annotated[str, Code(Formality)]
    seniority: Annotated[str, Code(Seniority)]
    form_required: bool
    decided_by: Annotated[str, Code(DecidedBy)] | None
    on_dissent: Annotated[str, Code(OnDissent)] | None
    clocks: Annotated[list[ClockOf], Field(max_length=20)]


class LadderShown(Response):
    """One version of a ladder."""

    code: str
    version: int
    name: str
    kind: Annotated[str, Code(Kind)]
    verified: bool
    source: str
    effective_from: date
    effective_to: date | None
    default: bool
    stages: Annotated[list[StageOf], Field(max_length=20)]


class Ladders(Response):
    """Every version of every ladder."""

    items: Annotated[list[LadderShown], Field(max_length=500)]
