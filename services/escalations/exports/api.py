"""The operation that hands an agency all that is its own."""

from typing import Annotated, Any

from fastapi import Response
from starlette.responses import StreamingResponse

from services.escalations.exports import queries
from shared.archive import Archive
from shared.auth import Caller, Requires
from shared.policy import View
from shared.policy import escalations as policy
from shared.routing import Router
from shared.transactions import ReadTx

router = Router(tags=["exports"])

ABOUT = (
    "Everything that is the agency's own. JSON lines (one record a line, UTF-8) and CSV (RFC 4180) hold the same. Children "
    "stand under pseudonyms; their numbers are in no export. People of other agencies are left out."
)
ZIP: dict[int | str, dict[str, Any]] = {200: {"content": {"application/zip": {}}}}


@router.get("/export", summary="Take out all that is one's own", responses=ZIP, response_class=Response)
async def export_escalations(caller: Annotated[Caller, Requires(policy.EXPORT)], tx: ReadTx) -> Response:
    """A zip of every matter, letter, note and access record of your own agency; not of those that you act for."""
    agency_id = caller.principal.agency_id
    matters = await queries.own_matters(tx, agency_id)
    archive = Archive()
    try:
        for part in queries.PARTS:
            await archive.add(part.name, part.about, queries.batches(tx, part, agency_id, matters))
        archive.finish(about=ABOUT, agency_id=agency_id, as_at=tx.now, made_at=tx.wall)
    except BaseException:
        archive.discard()
        raise
    for escalation_id in matters:
        caller.shows(queries.NOUN, escalation_id, View.IDENTIFIED, "export")
    name = f"escalations-{agency_id}-{tx.now:%Y-%m-%d}.zip"
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return StreamingResponse(archive.pieces(), media_type="application/zip", headers=headers)
