"""The certificate as a tagged PDF (PDF/UA-1): one page, the same bytes for the same certificate."""

import asyncio
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from shared.documents.pdf import MEDIA_TYPE, compiled

__all__ = ["MEDIA_TYPE", "Paper", "printed"]

TEMPLATE = Path(__file__).with_name("certificate.typ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """What a certificate says, each thing as it is printed; `about` are framework, level and length, where known."""

    name: str
    course: str
    held: str
    about: tuple[str, ...]
    issued: str
    code: str
    check: str


async def printed(paper: Paper, at: datetime) -> bytes:
    """The certificate, made beside the event loop: it takes tenths of a second."""
    return await asyncio.to_thread(compiled, TEMPLATE.read_bytes(), asdict(paper), at)
