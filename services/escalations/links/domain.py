"""When a link may be used, in whose name."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.escalations.escalations.domain import AWAITING_ANSWER, Do, Status
from shared.policy import Access, AgencyType, Principal, Role
from shared.problems import Conflict, Invalid, NotFound

CLIENT = "one-time-link"


class ByLink(StrEnum):
    """What can be done by a link."""

    ACKNOWLEDGE = Do.ACKNOWLEDGE.value
    RESPOND = Do.RESPOND.value


class LinkNotFound(NotFound):
    """The link was not made here, or is not whole."""

    code = "link_not_found"
    cure = "Copy it whole."


class LinkUsed(Conflict):
    """The link has been used; each works once."""

    code = "link_used"
    title = "This link has been used"
    cure = "A new letter brings a new one."


class LinkExpired(Conflict):
    """The link of the letter is too old."""

    code = "link_expired"
    title = "This link has expired"
    cure = "Wait for the next letter, or sign in."


class LinkOvertaken(Conflict):
    """The matter, or the contact, is no longer what the link was made for."""

    code = "link_overtaken"
    title = "This link has been overtaken"
    cure = "A newer letter has a newer link."


@dataclass(frozen=True)
class Link:
    """What a link was made for, and what has become of it; instants of the link itself are real time."""

    agency_id: str
    stage_order: int
    contact_stands: bool
    expires_at: datetime
    used_at: datetime | None


@dataclass(frozen=True)
class Standing:
    """Where the matter stands now."""

    status: Status
    stage_order: int
    receiving_agency_id: str | None
    awaits_votes: bool


def may_use(link: Link, standing: Standing, wall: datetime) -> tuple[ByLink, ...]:
    """What the link can do now. LinkUsed, LinkExpired or LinkOvertaken where nothing."""
    if link.used_at:
        raise LinkUsed("This link works once, and it has been used. A new letter brings a new one.")
    if wall >= link.expires_at:
        raise LinkExpired("This link has expired. Ask your agency's safeguarding lead, who can answer in the system.")
    overtaken = (
        not link.contact_stands
        or standing.awaits_votes
        or standing.status not in AWAITING_ANSWER
        or (standing.stage_order, standing.receiving_agency_id) != (link.stage_order, link.agency_id)
    )
    if overtaken:
        raise LinkOvertaken("The challenge has moved on since this letter, or you are no longer the contact for it.")
    return (ByLink.ACKNOWLEDGE, ByLink.RESPOND) if standing.status is Status.OPEN else (ByLink.RESPOND,)


def must_be_able(do: ByLink, able: tuple[ByLink, ...]) -> None:
    """Invalid where the link can no longer do this."""
    if do not in able:
        raise Invalid.field(
            "do", "not_now", "The challenge has been acknowledged already; what is needed is an answer."
        )


def answerer(
    contact_id: str, agency_id: str, agency_type: AgencyType, for_agency_id: str, scopes: frozenset[str]
) -> Principal:
    """Who uses a link: the contact, for the own agency or one for which it acts, with nothing but what a link can do."""
    return Principal(
        subject=f"contact/{contact_id}",
        client_id=CLIENT,
        agency_id=agency_id,
        agency_type=agency_type,
        roles=frozenset({Role.AGENCY_LEAD}),
        scopes=scopes,
        access=Access.USER,
        acting_for=() if agency_id == for_agency_id else (for_agency_id,),
    )
