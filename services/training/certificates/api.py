"""The operations on certificates: downloaded by whose they are, checked by anybody who has the code."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Annotated, Any
from uuid import UUID

from fastapi import Path, Query, Request, Response
from sqlalchemy import Row

from services.training.certificates import queries
from services.training.certificates.domain import CertificateRevoked, Status, grouped, plain
from services.training.certificates.schemas import CertificatePage, CertificateShown, CheckShown, ListCertificates
from services.training.documents import MEDIA_TYPE, Paper, printed
from services.training.pages import page
from services.training.sessions.domain import when
from shared.auth import Caller, Public, Requires
from shared.days import today, written
from shared.etag import etag
from shared.guesses import count_guess
from shared.listing import OR_CSV, Pages, table_or
from shared.policy import training as policy
from shared.routing import Router
from shared.transactions import ReadTx

router = Router(tags=["certificates"])

WHY = "Whoever was shown a certificate may check it: the code on it tells whether it holds, the course and the day."
Nobody = Annotated[None, Public(WHY)]
CodeGiven = Annotated[
    str,
    Path(
        max_length=60,
        pattern="^[A-Za-z0-9 -]+$",
        description="The code on the certificate, with its hyphens or without.",
    ),
]
AS_PDF: dict[int | str, dict[str, Any]] = {200: {"description": "The certificate.", "content": {MEDIA_TYPE: {}}}}
OR_A_PAGE: dict[int | str, dict[str, Any]] = {200: {"content": {"text/html": {}}}}


@router.get("/certificates", summary="List certificates", response_model=CertificatePage, responses=OR_CSV)
async def list_certificates(
    request: Request,
    caller: Annotated[Caller, Requires(policy.LIST_CERTIFICATES)],
    tx: ReadTx,
    wanted: Annotated[ListCertificates, Query()],
    pages: Pages,
) -> CertificatePage | Response:
    """Your own, your agency's people's as its lead; all for who runs the programme. A table where `Accept` asks for text/csv."""
    filters = queries.Filters(**wanted.chosen())
    rows = partial(queries.page, tx, caller.principal, caller.reach, filters)
    found = await pages.of(wanted, filters, rows, lambda row: (row.issued_at, row.id), datetime.fromisoformat, UUID)
    items = [CertificateShown.model_construct(**_shown(request, row)) for row in found.rows]
    whole = CertificatePage.model_construct(items=items, next=found.next)
    return table_or(request, whole, items, CertificateShown, found.next)


@router.get("/certificates/{certificate_id}", summary="Read one certificate")
async def read_certificate(
    request: Request,
    certificate_id: UUID,
    response: Response,
    caller: Annotated[Caller, Requires(policy.READ_CERTIFICATE)],
    tx: ReadTx,
) -> CertificateShown:
    """One certificate, and the address at which anybody checks it."""
    row = await queries.get(tx, caller.principal, caller.reach, certificate_id)
    response.headers["etag"] = etag(row.version)
    return CertificateShown.model_construct(**_shown(request, row))


@router.get(
    "/certificates/{certificate_id}/pdf",
    summary="Download a certificate",
    responses=AS_PDF,
    response_class=Response,
)
async def print_certificate(
    request: Request, certificate_id: UUID, caller: Annotated[Caller, Requires(policy.READ_CERTIFICATE)], tx: ReadTx
) -> Response:
    """As a tagged PDF that is read aloud as it looks. One that was revoked is printed no more."""
    row = await queries.get(tx, caller.principal, caller.reach, certificate_id)
    if row.status == Status.REVOKED:
        raise CertificateRevoked("The register says that this delegate did not attend the whole session.")
    return await paper(request, row)


@router.get(
    "/certificate-checks/{code}",
    summary="Check a certificate",
    response_model=CheckShown,
    responses=OR_A_PAGE,
)
async def check_certificate(request: Request, code: CodeGiven, nobody: Nobody, tx: ReadTx) -> CheckShown | Response:
    """Whether it holds, of which course and day: never whose it is. A browser gets a page."""
    row = await queries.holding(tx, plain(code))
    if row is None:
        count_guess(request, tx.wall, "certificate codes")
    held_on = today(row.starts_at) if row else None
    if "text/html" not in request.headers.get("accept", ""):
        return CheckShown(holds=row is not None, course_title=row.course_title if row else None, held_on=held_on)
    heading = "This certificate holds" if row else "No certificate with this code holds"
    lines = (
        [f"{row.course_title}, {written(held_on)}."]
        if row and held_on
        else ["It was never issued, or has been revoked."]
    )
    return page("certificate.html", heading=heading, lines=lines, mistakes=[])


async def paper(request: Request, row: Row[Any]) -> Response:
    """A certificate, to be downloaded."""
    told = (
        f"Framework: {row.framework}" if row.framework else "",
        f"Level: {row.level}" if row.level else "",
        f"Length: {row.length_minutes} minutes" if row.length_minutes else "",
    )
    paper = Paper(
        name=row.delegate_name,
        course=row.course_title,
        held=when(row.starts_at, row.ends_at),
        about=tuple(filter(None, told)),
        issued=f"{written(today(row.issued_at))}",
        code=grouped(row.code),
        check=_address(request, row.code),
    )
    headers = {
        "Content-Disposition": 'attachment; filename="certificate.pdf"',
        "Cache-Control": "private, no-store",
    }
    return Response(await printed(paper, row.issued_at), media_type=MEDIA_TYPE, headers=headers)


def _shown(request: Request, row: Row[Any]) -> Mapping[str, Any]:
    return row._asdict() | {
        "code": grouped(row.code),
        "check": _address(request, row.code),
        "when": when(row.starts_at, row.ends_at),
    }


def _address(request: Request, code: str) -> str:
    settings = request.app.state.runtime.settings
    return f"{settings.public_url}/training/v1/certificate-checks/{grouped(code)}"
