"""One report as JSON, HTML with plots, tagged PDF, accessible spreadsheet and CSV, all from the same document."""

from shared.documents.model import (
    HIDDEN,
    NOT_APPLICABLE,
    Cell,
    Column,
    Document,
    Measure,
    Part,
    Plot,
    PlotKind,
    Prose,
    Row,
    Section,
    Status,
    Table,
    Unit,
)

__all__ = [
    "HIDDEN",
    "NOT_APPLICABLE",
    "Cell",
    "Column",
    "Document",
    "Measure",
    "Part",
    "Plot",
    "PlotKind",
    "Prose",
    "Row",
    "Section",
    "Status",
    "Table",
    "Unit",
]
