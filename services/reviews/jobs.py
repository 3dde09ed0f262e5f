"""What time does to reviews: duties run out, votes stay out."""

from datetime import timedelta

from services.reviews.incidents.commands import next_overdue, tell_overdue
from services.reviews.votes.commands import DECISIONS
from shared.jobs import Job

JOBS = (
    Job("incidents-overdue", timedelta(minutes=1), tell_overdue, next_overdue),
    Job("joint-decisions-run-out", timedelta(minutes=1), DECISIONS.run_out, DECISIONS.next_run_out),
)
