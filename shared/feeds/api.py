"""The operations on one's own feed, and the feed itself for whoever has its address."""

import hashlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from fastapi import Header, Path, Request, Response
from sqlalchemy import Row

from shared import appointments, one_time
from shared.appointments import Noted
from shared.auth import Caller, Public, Requires
from shared.db import Tx
from shared.feeds.commands import Feeds
from shared.feeds.schemas import FeedShown
from shared.guesses import count_guess
from shared.policy import Action
from shared.problems import NotFound
from shared.routing import Router
from shared.settings import Settings
from shared.transactions import OnceTx, ReadTx, WriteTx

WHY = "Calendar programs cannot sign in: whoever has the address may read the calendar, and its owner revokes it."
PURPOSE = b"feeds"
AS_CALENDAR: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/calendar": {"schema": {"type": "string", "maxLength": 10_000_000}}}},
    304: {"description": "It stands as it was read before."},
}


class FeedNotFound(NotFound):
    """No calendar has this address, or it was revoked, or whose it is may not come in now."""

    code = "feed_not_found"
    cure = "Its owner makes a new one, `POST /training/v1/feed`."


@dataclass(frozen=True)
class Doors:
    """What a service says of its feeds: who may have one, what a calendar program calls it, and what stands in it."""

    read: Action
    make: Action
    revoke: Action
    title: str
    entries: Callable[[Tx, str], Awaitable[Sequence[Noted]]]


def feed(router: Router, feeds: Feeds, doors: Doors) -> None:
    """Add the operations on the feeds of one service."""

    @router.get("/feed", summary="Read the address of your calendar")
    async def read_feed(request: Request, caller: Annotated[Caller, Requires(doors.read)], tx: ReadTx) -> FeedShown:
        """The secret address to which your calendar program subscribes, if you have one."""
        return _shown(_settings(request), await feeds.of(tx, caller.principal.subject))

    @router.post("/feed", status_code=201, summary="Make an address for your calendar")
    async def make_feed(request: Request, caller: Annotated[Caller, Requires(doors.make)], tx: OnceTx) -> FeedShown:
        """A new secret address for what is yours here; one that you had before is none any more."""
        await feeds.make(tx, caller.principal.subject, caller.principal.agency_id)
        return _shown(_settings(request), await feeds.of(tx, caller.principal.subject))

    @router.post("/feed/revoke", summary="Revoke the address of your calendar")
    async def revoke_feed(
        request: Request, caller: Annotated[Caller, Requires(doors.revoke)], tx: WriteTx
    ) -> FeedShown:
        """Nobody reads your calendar by it any more, whoever was given it. Where there is none, nothing is done."""
        await feeds.revoke(tx, caller.principal.subject)
        return _shown(_settings(request), None)

    @router.get(
        "/feed/{token}/calendar.ics",
        summary="Subscribe to somebody's calendar",
        responses=AS_CALENDAR,
        response_class=Response,
    )
    async def read_calendar(
        request: Request,
        token: Annotated[str, Path(max_length=100, description="The secret part of the address.")],
        nobody: Annotated[None, Public(WHY)],
        tx: ReadTx,
        if_none_match: Annotated[str | None, Header(alias="If-None-Match", max_length=500)] = None,
    ) -> Response:
        """What was written into her calendar, as it stands, for programs that ask again and again: unchanged, it has the same ETag."""
        settings = _settings(request)
        feed_id = one_time.record_of(token, PURPOSE, *settings.seal_keys)
        if feed_id is None:
            count_guess(request, tx.wall, "feeds")
        row = await feeds.live(tx, feed_id) if feed_id else None
        if row is None:
            raise FeedNotFound("No calendar has this address, or it was revoked.")
        entries = await doors.entries(tx, row.subject)
        body = appointments.published(entries, title=doors.title, organiser=settings.mail_from).encode()
        headers = {"etag": f'"{hashlib.sha256(body).hexdigest()[:32]}"', "cache-control": "private, no-cache"}
        if headers["etag"] in [tag.strip().removeprefix("W/") for tag in (if_none_match or "").split(",")]:
            return Response(status_code=304, headers=headers)
        return Response(body, headers=headers, media_type="text/calendar; charset=utf-8")


def _settings(request: Request) -> Settings:
    found: Settings = request.app.state.runtime.settings
    return found


def _shown(settings: Settings, row: Row[Any] | None) -> FeedShown:
    if row is None:
        return FeedShown(address=None, webcal=None, made_at=None)
    feed_id: UUID = row.id
    token = one_time.signed(settings.seal_key, PURPOSE, feed_id)
    address = f"{settings.public_url}/{settings.service}/v1/feed/{token}/calendar.ics"
    return FeedShown(address=address, webcal=f"webcal://{address.partition('://')[2]}", made_at=row.made_at)
