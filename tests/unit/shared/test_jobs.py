"""Sweeps: each names the instant at which it is next due, or says that there is none."""

from services.composition import SERVICES
from shared.jobs import by_the_wall, follows

FOLLOW = {"calendars", "evaluations-follow", "hide", "members-invited", "records-kept", "reviews-open"}


def test_every_sweep_of_business_time_names_its_instant() -> None:
    """But for those that bring into step what was done already; the sandbox's clock stops at each."""
    jobs = [job for service in SERVICES.values() for job in service.jobs]
    assert {job.name for job in jobs if job.next_due is follows} == FOLLOW
    assert not [job.name for job in jobs if job.next_due is by_the_wall]
    assert len(jobs) > len(FOLLOW)
