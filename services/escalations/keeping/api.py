"""The operations on legal holds, and on what is due."""

from services.escalations.keeping.queries import KEEPING
from shared.keeping.api import router as keeping_router

router = keeping_router("escalations", KEEPING)
