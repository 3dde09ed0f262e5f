"""What this service does about the events of others."""

from collections.abc import Mapping

from services.reviews.register.models import REGISTER
from shared.events import Event
from shared.inbox import Handler

HANDLERS: Mapping[type[Event], Handler] = {**REGISTER.handlers()}
READ_MODELS = (REGISTER.read_model(),)
