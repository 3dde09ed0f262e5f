"""What time does: duties are called to mind and run out, learning is left lying; and what a frozen quarter hides is found."""

from datetime import timedelta

from services.escalations.advances.commands import next_run_out, run_out
from services.escalations.keeping.queries import KEEPING
from services.escalations.learning.commands import next_not_taken, tell_not_taken
from services.escalations.reminders.commands import next_reminder, remind
from services.escalations.reports.commands import hide
from shared.jobs import Job, follows
from shared.keeping.commands import job

JOBS = (
    Job("remind", timedelta(seconds=60), remind, next_reminder),
    Job("run-out", timedelta(seconds=15), run_out, next_run_out),
    Job("not-taken", timedelta(minutes=5), tell_not_taken, next_not_taken),
    Job("hide", timedelta(seconds=2), hide, follows),
    job(KEEPING),
)
