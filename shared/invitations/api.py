"""The operation to which a mail system hands what calendars answer."""

from typing import Annotated, Any

from fastapi import Depends, Request

from shared.auth import Caller, Requires
from shared.invitations.commands import Invitations
from shared.invitations.replies import CALENDAR, MAIL, Unread, read
from shared.invitations.schemas import ReplyTaken
from shared.policy import Action
from shared.problems import Problem
from shared.routing import Router
from shared.transactions import WriteTx

AS_IT_CAME: dict[str, Any] = {"schema": {"type": "string", "format": "binary", "maxLength": 262144}}
BODY: dict[str, Any] = {"requestBody": {"required": True, "content": {MAIL: AS_IT_CAME, CALENDAR: AS_IT_CAME}}}


class NotAMail(Problem):
    """The body is neither a mail nor a calendar."""

    status = 415
    code = "not_a_mail"
    title = "The body is neither a mail nor a calendar"
    cure = "`Content-Type: message/rfc822` with the mail as it came, or `text/calendar`."


async def _came(request: Request) -> tuple[bytes, str]:
    """The body as it came, before any transaction is open; NotAMail."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type not in {MAIL, CALENDAR}:
        raise NotAMail(f"Send the mail as it came, as {MAIL}, or its calendar alone, as {CALENDAR}.")
    return await request.body(), media_type


def replies(router: Router, action: Action, invitations: Invitations) -> None:
    """Add the operation for one service's invitations."""

    @router.post("/replies", summary="Hand in a calendar's answer", openapi_extra=BODY)
    async def take_reply(
        caller: Annotated[Caller, Requires(action)], came: Annotated[tuple[bytes, str], Depends(_came)], tx: WriteTx
    ) -> ReplyTaken:
        """For a mail system: each mail that comes to the sender of the invitations, as it came. Again is the same.

        What is no answer, is somebody else's, or comes too late changes nothing, and `outcome` says so.
        """
        try:
            return ReplyTaken(outcome=await invitations.answer(tx, read(*came)))
        except Unread as unread:
            return ReplyTaken(outcome=unread.outcome)
