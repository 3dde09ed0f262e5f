"""How minutes are drafted, and which meeting may approve them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.governance.agendas.domain import Item
from services.governance.body_decisions.domain import listed
from services.governance.meetings.domain import TOOK_PLACE, Status
from services.governance.memberships.domain import Seat
from shared.days import from_written
from shared.joint_decisions.domain import Partner
from shared.problems import Invalid


@dataclass(frozen=True, slots=True, kw_only=True)
class Came:
    """One outcome as minutes tell it; `reference` is that of what it made."""

    item_id: UUID | None
    kind: str
    text: str
    reference: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All of a meeting that its minutes tell."""

    reference: str
    body_name: str
    starts_at: datetime
    place: str | None
    attended: Sequence[tuple[str, str, str]]  # who, for which agency, how
    missing: tuple[Partner, ...]
    items: Sequence[Item]
    outcomes: Sequence[Came]


def draft(facts: Facts) -> str:
    """The minutes as Markdown: who was there, and for each line of the agenda what came of it."""
    parts = [
        f"# {facts.body_name}: minutes",
        f"{facts.reference}. {from_written(facts.starts_at)}. {facts.place or 'Held online'}.",
        "## Attendance",
        *_attendance(facts.attended),
        f"Without {listed(facts.missing)}: not quorate." if facts.missing else "Quorate.",
    ]
    for number, item in enumerate(facts.items, start=1):
        parts.append(f"## {number}. {item.title}")
        if item.text:
            parts.append(item.text)
        parts += _told(came for came in facts.outcomes if came.item_id == item.id)
    others = list(_told(came for came in facts.outcomes if came.item_id is None))
    if others:
        parts += ["## Besides", *others]
    return "\n\n".join(parts) + "\n"


def who(name: str, seat: Seat, deputy: str | None) -> str:
    """A member as minutes name her: who chairs is said, and so is who came in her place."""
    member = f"{name}, chair" if seat is Seat.CHAIR else name
    return f"{deputy} in place of {member}" if deputy else member


def check_approved_by(minuted: tuple[str, datetime], at: tuple[str, datetime, Status] | None) -> None:
    """Invalid where the minutes of a body's meeting would be approved elsewhere than at a later one of it that was held."""
    body_id, began = minuted
    if at is None or at[0] != body_id or at[1] <= began or at[2] not in TOOK_PLACE:
        raise Invalid.field(
            "at_meeting_id", "not_the_next", "Minutes are approved at a later meeting of the body, once it is held."
        )


def _attendance(attended: Iterable[tuple[str, str, str]]) -> list[str]:
    by_how: dict[str, list[str]] = {}
    for who, agency, how in attended:
        by_how.setdefault(how, []).append(f"{who} ({agency})")
    return [f"**{how.capitalize()}:** {'; '.join(by_how[how])}." for how in by_how]


def _told(outcomes: Iterable[Came]) -> list[str]:
    return [
        f"**{one.kind.capitalize()}{f' {one.reference}' if one.reference else ''}.** {one.text}" for one in outcomes
    ]
