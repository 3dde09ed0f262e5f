"""What the training service is."""

from pathlib import Path

from services.training import consumers
from services.training.tables import Base
from shared.contracts.access_record import SEALED
from shared.service import Service

SERVICE = Service(
    name="training",
    title="Training",
    about="The training programme: courses, sessions, who is booked, who came, and what it changed.",
    base=Base,
    migrations=Path(__file__).parent / "migrations",
    routers=(),
    publishes=(SEALED["training"],),
    consumes=consumers.HANDLERS,
    read_models=consumers.READ_MODELS,
)
