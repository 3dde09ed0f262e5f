"""What this service does about the events of others, and about its own."""

from collections.abc import Mapping
from types import ModuleType

from services.governance.threads.commands import TABLES, note, note_all
from services.governance.threads.queries import chart
from shared.contracts import escalations, governance, governance_actions, training
from shared.events import Event
from shared.inbox import Handler
from shared.read_models import ReadModel

CONTRACTS: tuple[ModuleType, ...] = (governance, governance_actions, escalations, training)
THREADED = tuple(
    event
    for module in CONTRACTS
    for event in vars(module).values()
    if isinstance(event, type) and issubclass(event, Event) and event.noun() in chart().kinds
)
HANDLERS: Mapping[type[Event], Handler] = {**dict.fromkeys(THREADED, note)}
READ_MODELS = (ReadModel(tables=TABLES, events=THREADED, many=note_all),)
