"""What this service does about the events of others."""

from collections.abc import Mapping

from services.reviews.recommendations import commands as recommendations
from services.reviews.recommendations.queries import ACTION_TABLE
from services.reviews.register import commands as register
from services.reviews.register.models import CONTACTS, REGISTER, SUSPENSIONS
from services.reviews.successions import commands as successions
from shared.contracts import governance_actions
from shared.contracts.governance import (
    AgencySucceeded,
    MembershipAssigned,
    MembershipChanged,
    MembershipEnded,
    MembershipEvent,
    MembershipRestated,
    MembershipWithdrawn,
)
from shared.contracts.governance_actions import ActionEvent
from shared.db import Tx
from shared.events import Envelope, Event
from shared.inbox import Handler
from shared.read_models import ReadModel


async def agency_succeeded(tx: Tx, event: AgencySucceeded, envelope: Envelope) -> None:
    """Keep the agency, and hand what was its own to its successors."""
    await REGISTER.keep_agency(tx, event)
    await successions.succeed(tx, event.subject, event.successor_ids)


async def seat_stands(tx: Tx, event: MembershipEvent, envelope: Envelope) -> None:
    """Keep who holds the votes of the three, and where to write to her."""
    await register.keep_seat(tx, event)


async def action_stands(tx: Tx, event: ActionEvent, envelope: Envelope) -> None:
    """Show on the recommendation what became of it."""
    await recommendations.hear(tx, event, envelope.causes)


ACTIONS = tuple(event for event in governance_actions.ALL if issubclass(event, ActionEvent))
SEATS = (MembershipAssigned, MembershipChanged, MembershipEnded, MembershipRestated, MembershipWithdrawn)
HANDLERS: Mapping[type[Event], Handler] = {
    **REGISTER.handlers(),
    **CONTACTS.handlers(),
    **SUSPENSIONS.handlers(),
    AgencySucceeded: agency_succeeded,
    **dict.fromkeys(SEATS, seat_stands),
    **dict.fromkeys(ACTIONS, action_stands),
}
READ_MODELS = (
    REGISTER.read_model(),
    CONTACTS.read_model(),
    SUSPENSIONS.read_model(),
    ReadModel((register.SEAT_TABLE,), SEATS),
    ReadModel((ACTION_TABLE,), ACTIONS),
)
