"""The operations on challenges: the log, and one for each transition."""

from datetime import datetime
from functools import partial
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Request, Response
from sqlalchemy import Row

from services.governance.challenges import commands, queries
from services.governance.challenges.domain import Status, is_late
from services.governance.challenges.schemas import (
    AgreeChallenge,
    ChallengeCounts,
    ChallengePage,
    ChallengeShown,
    ChallengeStep,
    ChallengeWhole,
    CloseChallenge,
    ListChallenges,
    MakeChallenge,
    PostponeChallenge,
    RecheckChallenge,
    ReturnChallenge,
    SayOfChallenge,
    WithdrawChallenge,
)
from shared.auth import Caller, Requires
from shared.days import today, written
from shared.db import Tx
from shared.etag import etag
from shared.listing import OR_CSV, Pages, table_or
from shared.policy import governance as policy
from shared.routing import Router
from shared.schemas import CauseShown
from shared.transactions import IfMatch, OnceTx, ReadTx, WriteTx

router = Router(tags=["challenges"])

SAID = {
    Status.AWAITING_RESPONSE: "The agency's answer is awaited until {due}.",
    Status.RESPONDED: "The agency has answered; whoever challenged it weighs the answer.",
    Status.CHANGE_AGREED: "The change is awaited until {due}.",
    Status.CHANGED: "The change is made; its impact is looked at on {due}.",
    Status.RECHECKED: "Its impact was looked at: {impact}.",
    Status.CLOSED: "Closed: {outcome}.",
    Status.WITHDRAWN: "Withdrawn.",
}
LATE = {
    Status.AWAITING_RESPONSE: "The agency's answer was due by {due}, and has not come.",
    Status.CHANGE_AGREED: "The change was due by {due}, and nobody has said that it is made.",
    Status.CHANGED: "The change is made; its impact was to be looked at on {due}.",
}


@router.get("/challenges", summary="List the log of challenges", response_model=ChallengePage, responses=OR_CSV)
async def list_challenges(
    request: Request,
    caller: Annotated[Caller, Requires(policy.LIST_CHALLENGES)],
    tx: ReadTx,
    wanted: Annotated[ListChallenges, Query()],
    pages: Pages,
) -> ChallengePage | Response:
    """Newest first, an agency its own and those to it; as a table where `Accept` asks for text/csv."""
    filters = queries.Filters(**wanted.chosen())
    rows = partial(queries.page, tx, caller.principal, caller.reach, filters)
    found = await pages.of(wanted, filters, rows, lambda row: (row.made_at, row.id), datetime.fromisoformat, UUID)
    items = [ChallengeShown.model_construct(**_shown(row, tx)) for row in found.rows]
    whole = ChallengePage.model_construct(items=items, next=found.next)
    return table_or(request, whole, items, ChallengeShown, found.next)


@router.get("/challenge-counts", summary="Count challenges")
async def count_challenges(caller: Annotated[Caller, Requires(policy.LIST_CHALLENGES)], tx: ReadTx) -> ChallengeCounts:
    """By status, outcome, impact and agency; those overdue, and those to be re-checked."""
    return ChallengeCounts.model_construct(**await queries.counts(tx, caller.principal, caller.reach))


@router.get("/challenges/{challenge_id}", summary="Read one challenge")
async def read_challenge(
    challenge_id: UUID, response: Response, caller: Annotated[Caller, Requires(policy.READ_CHALLENGE)], tx: ReadTx
) -> ChallengeWhole:
    """One challenge, with all that was said and done."""
    return await _show(tx, caller, challenge_id, response)


@router.post("/challenges", status_code=201, summary="Challenge an agency")
async def make_challenge(
    body: MakeChallenge, response: Response, caller: Annotated[Caller, Requires(policy.MAKE_CHALLENGE)], tx: OnceTx
) -> ChallengeWhole:
    """As scrutineer or statutory partner in your own role, or in the name of the body that you chair; its answer is due by rule."""
    wanted = commands.Wanted(
        title=body.title,
        text=body.text,
        wanted=body.wanted,
        agency_id=body.agency_id,
        body_id=body.body_id,
        respond_by=body.respond_by,
        causes=[given.cause for given in body.causes],
    )
    challenge_id = await commands.make(tx, caller.by(), wanted)
    response.headers["location"] = f"/governance/v1/challenges/{challenge_id}"
    return await _show(tx, caller, challenge_id, response)


@router.post("/challenges/{challenge_id}/respond", summary="Answer a challenge")
async def respond_to_challenge(
    challenge_id: UUID,
    body: SayOfChallenge,
    response: Response,
    caller: Annotated[Caller, Requires(policy.RESPOND_CHALLENGE)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> ChallengeWhole:
    """The challenged agency's answer."""
    await commands.respond(tx, caller.by(if_match), challenge_id, body.text)
    return await _show(tx, caller, challenge_id, response)


@router.post("/challenges/{challenge_id}/return", summary="Return an answer")
async def return_challenge(
    challenge_id: UUID,
    body: ReturnChallenge,
    response: Response,
    caller: Annotated[Caller, Requires(policy.FOLLOW_CHALLENGE)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> ChallengeWhole:
    """The answer does not do: another is awaited, by a new date."""
    await commands.send_back(tx, caller.by(if_match), challenge_id, body.text, body.respond_by)
    return await _show(tx, caller, challenge_id, response)


@router.post("/challenges/{challenge_id}/agree", summary="Agree a change")
async def agree_challenge(
    challenge_id: UUID,
    body: AgreeChallenge,
    response: Response,
    caller: Annotated[Caller, Requires(policy.FOLLOW_CHALLENGE)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> ChallengeWhole:
    """What the agency is to change, and until when."""
    await commands.agree(tx, caller.by(if_match), challenge_id, body.text, body.change_by)
    return await _show(tx, caller, challenge_id, response)


@router.post("/challenges/{challenge_id}/change", summary="Say what was changed")
async def change_challenge(
    challenge_id: UUID,
    body: SayOfChallenge,
    response: Response,
    caller: Annotated[Caller, Requires(policy.RESPOND_CHALLENGE)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> ChallengeWhole:
    """The challenged agency says what it has changed; on a date by rule its impact is looked at."""
    await commands.change(tx, caller.by(if_match), challenge_id, body.text)
    return await _show(tx, caller, challenge_id, response)


@router.post("/challenges/{challenge_id}/recheck", summary="Re-check the impact")
async def recheck_challenge(
    challenge_id: UUID,
    body: RecheckChallenge,
    response: Response,
    caller: Annotated[Caller, Requires(policy.RECHECK_CHALLENGE)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> ChallengeWhole:
    """Whether the change had an effect, said by somebody of another agency."""
    await commands.recheck(tx, caller.by(if_match), challenge_id, body.impact, body.text)
    return await _show(tx, caller, challenge_id, response)


@router.post("/challenges/{challenge_id}/postpone", summary="Postpone a re-check")
async def postpone_challenge(
    challenge_id: UUID,
    body: PostponeChallenge,
    response: Response,
    caller: Annotated[Caller, Requires(policy.FOLLOW_CHALLENGE)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> ChallengeWhole:
    """It is looked at on another date, or once more; the earlier date stays in its history."""
    await commands.postpone(tx, caller.by(if_match), challenge_id, body.recheck_on, body.reason)
    return await _show(tx, caller, challenge_id, response)


@router.post("/challenges/{challenge_id}/close", summary="Close a challenge")
async def close_challenge(
    challenge_id: UUID,
    body: CloseChallenge,
    response: Response,
    caller: Annotated[Caller, Requires(policy.FOLLOW_CHALLENGE)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> ChallengeWhole:
    """What came of it; as changed only after a re-check."""
    await commands.close(tx, caller.by(if_match), challenge_id, body.outcome, body.text)
    return await _show(tx, caller, challenge_id, response)


@router.post("/challenges/{challenge_id}/withdraw", summary="Take a challenge back")
async def withdraw_challenge(
    challenge_id: UUID,
    body: WithdrawChallenge,
    response: Response,
    caller: Annotated[Caller, Requires(policy.FOLLOW_CHALLENGE)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> ChallengeWhole:
    """It is asked no more; the log keeps it."""
    await commands.withdraw(tx, caller.by(if_match), challenge_id, body.reason)
    return await _show(tx, caller, challenge_id, response)


async def _show(tx: Tx, caller: Caller, challenge_id: UUID, response: Response) -> ChallengeWhole:
    row = await queries.get(tx, caller.principal, caller.reach, challenge_id)
    response.headers["etag"] = etag(row.version)
    steps = [ChallengeStep.model_construct(**step._mapping) for step in await queries.HISTORY.of(tx, challenge_id)]
    causes = [CauseShown.model_construct(**cause) for cause in row.causes]
    return ChallengeWhole.model_construct(**_shown(row, tx) | {"causes": causes, "steps": steps})


def _shown(row: Row[Any], tx: Tx) -> dict[str, Any]:
    status = Status(row.status)
    late = is_late(status, row.due, today(tx.now))
    due = written(row.due) if row.due else None
    said = (LATE if late else SAID)[status].format(due=due, impact=_words(row.impact), outcome=_words(row.outcome))
    return row._asdict() | {"overdue": late, "in_words": said}


def _words(code: str | None) -> str:
    return (code or "").replace("_", " ")
