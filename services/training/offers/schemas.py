"""What the requests about offers and places say, and what a waiting list shows."""

from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import Field

from services.training.sessions.schemas import KeptPlaces, Places
from shared.schemas import Instant, Prose, Request, Response, Worded


class PutFirst(Worded):
    """Why somebody is to have a place before others who wait."""

    prose: ClassVar = ("reason",)

    reason: Prose


class AcceptOffer(Request):
    """The place is taken."""


class EnlargeSession(Request):
    """How many places there are now."""

    places: Places


class KeepPlaces(Request):
    """For whom places are kept from now on, and for nobody else."""

    kept: KeptPlaces


class Waiter(Response):
    """One who waits."""

    booking_id: UUID
    agency_id: str
    name: str
    email: str
    asked_at: Instant
    position: int
    why_there: str


class Offer(Response):
    """A place that somebody may take."""

    booking_id: UUID
    agency_id: str
    name: str
    email: str
    stands_until: Instant


class Departure(Response):
    """Somebody was put before others."""

    booking_id: UUID
    at: Instant
    by: Annotated[str, Field(description="Who decided it.")]
    reason: str | None
    passed_over: int


class WaitingList(Response):
    """A session's waiting list, the first first; its rules; the offers that stand; and every departure from the order."""

    session_id: UUID
    rules: Annotated[list[str], Field(max_length=10, description="What puts one before another, the first rule first.")]
    rules_source: str
    rules_verified: bool
    items: Annotated[list[Waiter], Field(max_length=5000)]
    offers: Annotated[list[Offer], Field(max_length=5000)]
    departures: Annotated[list[Departure], Field(max_length=5000)]
