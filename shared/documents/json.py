"""A document as canonical JSON (RFC 8785): nothing rounded, and the same bytes for the same document for ever."""

from __future__ import annotations

from typing import Any

import rfc8785

from shared.documents.model import Cell, Document, Measure, Part, Plot, Prose, Table, instant

MEDIA_TYPE = "application/json"


def render(document: Document) -> bytes:
    """The document in UTF-8, keys sorted."""
    return rfc8785.dumps(as_dict(document))


def as_dict(document: Document) -> dict[str, Any]:
    """The document as plain values; a plot names its table, which follows it as a part of its own."""
    return {
        "title": document.title,
        "subtitle": document.subtitle,
        "marking": document.marking,
        "as_at": instant(document.as_at),
        "notes": list(document.notes),
        "sections": [
            {
                "id": section.id,
                "title": section.title,
                "parts": [plain for part in section.parts for plain in _part(part)],
            }
            for section in document.sections
        ],
    }


def _part(part: Part) -> list[dict[str, Any]]:
    match part:
        case Prose():
            return [{"part": "prose", "id": part.id, "title": part.title, "paragraphs": list(part.paragraphs)}]
        case Measure():
            return [_measure(part)]
        case Table():
            return [_table(part)]
        case Plot():
            return [_plot(part), _table(part.table)]


def _measure(measure: Measure) -> dict[str, Any]:
    return {
        "part": "measure",
        "id": measure.id,
        "title": measure.title,
        "definition": measure.definition,
        "unit": measure.unit.value,
        "as_at": instant(measure.as_at),
        **_cell(measure.value),
        "numerator": measure.numerator and _cell(measure.numerator),
        "denominator": measure.denominator and _cell(measure.denominator),
        "n": measure.n and _cell(measure.n),
    }


def _table(table: Table) -> dict[str, Any]:
    return {
        "part": "table",
        "id": table.id,
        "title": table.title,
        "definition": table.definition,
        "as_at": instant(table.as_at),
        "row_heading": table.stub,
        "columns": [{"id": column.id, "title": column.title, "unit": column.unit.value} for column in table.columns],
        "rows": [
            {
                "id": row.id,
                "title": row.title,
                "is_total": row.is_total,
                "cells": {column.id: _cell(cell) for column, cell in zip(table.columns, row.cells, strict=True)},
            }
            for row in table.rows
        ],
    }


def _plot(plot: Plot) -> dict[str, Any]:
    return {
        "part": "plot",
        "id": plot.id,
        "title": plot.title,
        "kind": plot.kind.value,
        "description": plot.description,
        "table": plot.table.id,
        "columns": list(plot.columns),
    }


def _cell(cell: Cell) -> dict[str, Any]:
    return {"value": cell.value, "status": cell.status.value, "rows": cell.link}
