"""What this service does about the events of others."""

from collections.abc import Mapping

from services.training.register.models import CONTACTS, REGISTER
from shared.events import Event
from shared.inbox import Handler

HANDLERS: Mapping[type[Event], Handler] = {**REGISTER.handlers(), **CONTACTS.handlers()}
READ_MODELS = (REGISTER.read_model(), CONTACTS.read_model())
