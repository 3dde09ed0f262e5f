"""A document as a tagged PDF (PDF/UA-1): the same order of reading, tables with headings, plots with their words."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from importlib import resources
from typing import Any

from shared.documents import plots
from shared.documents.model import Cell, Document, Measure, Part, Plot, Prose, Section, Table, Unit
from shared.documents.rounding import UNITS, day_and_time, written

MEDIA_TYPE = "application/pdf"


def render(document: Document) -> bytes:
    """The PDF; the same document gives the same bytes."""
    template = resources.files("shared.documents").joinpath("page.typ").read_bytes()
    return compiled(template, _written(document), document.as_at)


def compiled(template: bytes, content: Mapping[str, Any], at: datetime) -> bytes:
    """The PDF that a template of Typst makes of its content, which it reads as JSON, dated at an instant."""
    import typst  # 30 MB of compiler, wanted only here

    return typst.compile(
        template,
        format="pdf",
        sys_inputs={"document": json.dumps(content)},
        pdf_standards=["ua-1"],
        timestamp=int(at.timestamp()),
        ignore_system_fonts=True,  # else two machines would print two different reports
    )


def _written(document: Document) -> dict[str, Any]:
    """The document with every figure already written for people, so that rounding has one place."""
    return {
        "title": document.title,
        "subtitle": document.subtitle,
        "marking": document.marking,
        "as_at": day_and_time(document.as_at),
        "notes": document.notes,
        "legend": document.legend,
        "sections": [_section(section) for section in document.sections],
    }


def _section(section: Section) -> dict[str, Any]:
    """The section's parts; measures that follow one another become one table, as cards do on the page."""
    parts: list[dict[str, Any]] = []
    for part in section.parts:
        if isinstance(part, Measure):
            if not parts or parts[-1]["part"] != "measures":
                parts.append({"part": "measures", "measures": []})
            parts[-1]["measures"].append(_measure(part))
        else:
            parts += _part(part)
    return {"title": section.title, "parts": parts}


def _part(part: Part) -> list[dict[str, Any]]:
    match part:
        case Prose():
            return [{"part": "prose", "title": part.title, "paragraphs": part.paragraphs, "listed": part.listed}]
        case Table():
            return [_table(part)]
        case Plot():
            plot = {
                "part": "plot",
                "title": part.title,
                "words": f"{part.title}. {part.description}",
                "svg": plots.svg(part),
            }
            return [plot, _table(part.table)]
    raise TypeError(part)


def _measure(measure: Measure) -> dict[str, Any]:
    def count(cell: Cell | None) -> str | None:
        return None if cell is None else written(cell, Unit.COUNT)

    return {
        "title": measure.title,
        "value": written(measure.value, measure.unit),
        "unit": _unit(measure.unit),
        "numerator": count(measure.numerator),
        "denominator": count(measure.denominator),
        "n": count(measure.n),
        "definition": f"{measure.definition} As at {day_and_time(measure.as_at)}.",
    }


def _table(table: Table) -> dict[str, Any]:
    return {
        "part": "table",
        "title": table.title,
        "stub": table.stub,
        "definition": f"{table.definition} As at {day_and_time(table.as_at)}.",
        "columns": [
            {"title": column.title, "unit": _unit(column.unit), "is_text": column.unit is Unit.TEXT}
            for column in table.columns
        ],
        "rows": [
            {
                "title": row.title,
                "is_total": row.is_total,
                "cells": [written(cell, column.unit) for column, cell in zip(table.columns, row.cells, strict=True)],
            }
            for row in table.rows
        ],
    }


def _unit(unit: Unit) -> str:
    return "" if unit in (Unit.COUNT, Unit.PERCENT, Unit.TEXT) else UNITS[unit]
