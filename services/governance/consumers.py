"""What this service does about the events of others, and about its own."""

from collections.abc import Mapping
from types import ModuleType

from services.governance.lessons import commands as lessons
from services.governance.recommendations import commands as recommendations
from services.governance.suspensions.models import SUSPENSIONS
from services.governance.threads.commands import TABLES, note, noting
from services.governance.threads.queries import chart
from services.governance.ways.commands import follow
from shared.contracts import (
    escalations,
    governance,
    governance_actions,
    governance_bodies,
    governance_meetings,
    incidents,
    national_reviews,
    practice_reviews,
    rapid_reviews,
    reviews,
    training,
)
from shared.contracts.escalations import LearningTaken
from shared.contracts.practice_reviews import (
    RecommendationAccepted,
    RecommendationChanged,
    RecommendationDeclined,
    RecommendationEvent,
    RecommendationMade,
    RecommendationWithdrawn,
)
from shared.db import Tx
from shared.events import Envelope, Event
from shared.inbox import Handler
from shared.read_models import ReadModel

CONTRACTS: tuple[ModuleType, ...] = (
    governance,
    governance_actions,
    governance_bodies,
    governance_meetings,
    escalations,
    incidents,
    rapid_reviews,
    practice_reviews,
    national_reviews,
    reviews,
    training,
)
THREADED = tuple(
    event
    for module in CONTRACTS
    for event in vars(module).values()
    if isinstance(event, type) and issubclass(event, Event) and event.noun() in chart().kinds
)


async def on_its_thread(tx: Tx, event: Event, envelope: Envelope) -> None:
    """Keep its place on threads, and tell where learning has come farther by it. Who rebuilds tells nothing."""
    await note(tx, event, envelope)
    await follow(tx, envelope)


async def recommendation_stands(tx: Tx, event: RecommendationEvent, envelope: Envelope) -> None:
    """Keep a proposed action beside it, and its place on threads."""
    await on_its_thread(tx, event, envelope)
    await recommendations.stands(tx, event)


async def recommendation_fell(tx: Tx, event: RecommendationEvent, envelope: Envelope) -> None:
    """What was proposed for it, and is no more than that, goes with it."""
    await on_its_thread(tx, event, envelope)
    await recommendations.fell(tx, event)


async def lesson_taken(tx: Tx, event: LearningTaken, envelope: Envelope) -> None:
    """Keep a proposed action beside what a body has taken to learn, and its place on threads."""
    await on_its_thread(tx, event, envelope)
    await lessons.taken(tx, event)


HANDLERS: Mapping[type[Event], Handler] = {
    **dict.fromkeys(THREADED, on_its_thread),
    LearningTaken: lesson_taken,
    RecommendationMade: recommendation_stands,
    RecommendationChanged: recommendation_stands,
    RecommendationAccepted: recommendation_stands,
    RecommendationDeclined: recommendation_fell,
    RecommendationWithdrawn: recommendation_fell,
    **SUSPENSIONS.handlers(),
}
READ_MODELS = (ReadModel(tables=TABLES, events=THREADED, many=noting), SUSPENSIONS.read_model())
