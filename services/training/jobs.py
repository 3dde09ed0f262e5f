"""What time does: offers pass, and places that were kept are for everybody."""

from datetime import timedelta

from services.training.offers.commands import lapse_due, next_lapse, next_release, release_due
from shared.jobs import Job

JOBS = (
    Job("offers-lapse", timedelta(seconds=30), lapse_due, next_lapse),
    Job("places-release", timedelta(minutes=1), release_due, next_release),
)
