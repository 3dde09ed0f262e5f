"""In which format a document is sent: by the ending of its address, or by what the caller accepts."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from starlette.responses import Response

from shared.documents import Document, csv, html, json, pdf, sheet
from shared.documents.schemas import DocumentShown
from shared.problems import Problem


class Format(StrEnum):
    """The endings."""

    JSON = "json"
    HTML = "html"
    CSV = "csv"
    PDF = "pdf"
    XLSX = "xlsx"


class NotAcceptable(Problem):
    """The caller accepts none of the formats that there are."""

    status = 406
    code = "not_acceptable"
    title = "No such format"
    cure = "Accept one of those named, or end the address with it."


@dataclass(frozen=True)
class Renderer:
    """What makes a format, and its media type."""

    media_type: str
    render: Callable[[Document], bytes]


RENDERERS = {
    Format.JSON: Renderer(json.MEDIA_TYPE, json.render),
    Format.HTML: Renderer(html.MEDIA_TYPE, html.render),
    Format.CSV: Renderer(csv.MEDIA_TYPE, csv.render),
    Format.PDF: Renderer(pdf.MEDIA_TYPE, pdf.render),
    Format.XLSX: Renderer(sheet.MEDIA_TYPE, sheet.render),
}


async def rendered(document: Document, wanted: Format) -> bytes:
    """The document in a format, made beside the event loop: a PDF takes tenths of a second."""
    return await asyncio.to_thread(RENDERERS[wanted].render, document)


def accepted(accept: str | None) -> Format:
    """The format that an Accept header prefers, JSON where it does not mind. NotAcceptable where it wants another."""
    best, most = None, 0.0
    for wanted in Format:
        quality = _quality(accept or "*/*", RENDERERS[wanted].media_type.partition(";")[0])
        if quality > most:
            best, most = wanted, quality
    if best is None:
        offered = ", ".join(renderer.media_type.partition(";")[0] for renderer in RENDERERS.values())
        raise NotAcceptable(f"The report comes as {offered}; or end its address with .{', .'.join(Format)}.")
    return best


def _quality(accept: str, media_type: str) -> float:
    """How much a media type is wanted: that of the most exact range which names it (RFC 9110, 12.5.1)."""
    kind = media_type.partition("/")[0]
    exactness = {media_type: 3, f"{kind}/*": 2, "*/*": 1}
    found = (0, 0.0)
    for part in accept.split(","):
        name, *parameters = (piece.strip().lower() for piece in part.split(";"))
        if name in exactness:
            found = max(found, (exactness[name], _q(parameters)))
    return found[1]


def _q(parameters: list[str]) -> float:
    for parameter in parameters:
        if parameter.startswith("q="):
            try:
                return min(max(float(parameter[2:]), 0.0), 1.0)
            except ValueError:
                return 0.0
    return 1.0


CONTENT: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The report.",
        "model": DocumentShown,
        "content": {renderer.media_type.partition(";")[0]: {} for renderer in RENDERERS.values()},
    }
}
"""What an operation that answers with a document says of its answers."""


async def answer(document: Document, wanted: Format, name: str) -> Response:
    """The document in a format, to be kept as `name`; private, and a page under its own policy."""
    headers = {
        "Content-Disposition": f'inline; filename="{name}.{wanted}"',
        "Cache-Control": "private, no-store",
        "Vary": "Accept, Authorization",
    }
    if wanted is Format.HTML:
        headers["Content-Security-Policy"] = html.content_security_policy()
    return Response(await rendered(document, wanted), media_type=RENDERERS[wanted].media_type, headers=headers)
