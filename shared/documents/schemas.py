"""A document's JSON, as the OpenAPI documents describe it; `json.py` writes it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from shared.documents.model import PlotKind, Status, Unit


class FigureShown(BaseModel):
    """One figure or word. `status` says why there is none."""

    value: float | str | None
    status: Status
    rows: Annotated[str | None, Field(description="The address of the rows behind it, for those who may see them.")]


class ColumnShown(BaseModel):
    """One column of a table."""

    id: str
    title: str
    unit: Unit


class RowShown(BaseModel):
    """One row of a table, its cells by the columns' ids."""

    id: str
    title: str
    is_total: bool
    cells: dict[str, FigureShown]


class ProseShown(BaseModel):
    """Paragraphs under a heading of their own."""

    part: Literal["prose"]
    id: str
    title: str
    paragraphs: Annotated[list[str], Field(max_length=1000)]


class MeasureShown(FigureShown):
    """One figure with its definition. A share has its numerator and denominator, a median its n."""

    part: Literal["measure"]
    id: str
    title: str
    definition: str
    unit: Unit
    as_at: datetime
    numerator: FigureShown | None
    denominator: FigureShown | None
    n: FigureShown | None


class TableShown(BaseModel):
    """Rows under typed columns."""

    part: Literal["table"]
    id: str
    title: str
    definition: str
    as_at: datetime
    row_heading: str
    columns: Annotated[list[ColumnShown], Field(max_length=1000)]
    rows: Annotated[list[RowShown], Field(max_length=10_000)]


class PlotShown(BaseModel):
    """A picture of some columns of the table that follows it."""

    part: Literal["plot"]
    id: str
    title: str
    kind: PlotKind
    description: str
    table: str
    columns: Annotated[list[str], Field(max_length=1000)]


class SectionShown(BaseModel):
    """What belongs together in a report."""

    id: str
    title: str
    parts: Annotated[
        list[Annotated[ProseShown | MeasureShown | TableShown | PlotShown, Field(discriminator="part")]],
        Field(max_length=1000),
    ]


class DocumentShown(BaseModel):
    """A report, its figures unrounded."""

    title: str
    subtitle: str
    marking: str
    as_at: datetime
    notes: Annotated[list[str], Field(max_length=100)]
    sections: Annotated[list[SectionShown], Field(max_length=100)]
