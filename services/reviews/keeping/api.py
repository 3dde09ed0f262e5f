"""The operations on legal holds, and on what is due."""

from services.reviews.keeping.queries import KEEPING
from shared.keeping.api import router as keeping_router

router = keeping_router("reviews", KEEPING)
