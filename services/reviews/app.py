"""What the reviews service is."""

from pathlib import Path

from services.reviews import consumers
from services.reviews.tables import Base
from shared.contracts.access_record import SEALED
from shared.service import Service

SERVICE = Service(
    name="reviews",
    title="Reviews",
    about="Serious incidents, rapid reviews and practice reviews, and what is learnt from them.",
    base=Base,
    migrations=Path(__file__).parent / "migrations",
    routers=(),
    publishes=(SEALED["reviews"],),
    consumes=consumers.HANDLERS,
    read_models=consumers.READ_MODELS,
)
