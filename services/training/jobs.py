"""What time does to places, approvals, registers, calendars and evaluations."""

from datetime import timedelta

from services.training.approvals.commands import ask_again, next_ask
from services.training.attendance.commands import chase_registers, next_chase
from services.training.calendars import commands as calendars
from services.training.offers.commands import close_due, lapse_due, next_close, next_lapse, next_release, release_due
from services.training.rounds import commands as rounds
from shared.jobs import Job, follows

JOBS = (
    Job("offers-lapse", timedelta(seconds=30), lapse_due, next_lapse),
    Job("booking-closes", timedelta(minutes=1), close_due, next_close),
    Job("approvals-asked-again", timedelta(minutes=5), ask_again, next_ask),
    Job("registers-chased", timedelta(minutes=5), chase_registers, next_chase),
    Job("calendars", timedelta(seconds=5), calendars.keep, follows),
    Job("reminders", timedelta(minutes=1), calendars.remind, calendars.next_reminder),
    Job("places-release", timedelta(minutes=1), release_due, next_release),
    Job("evaluations-ask", timedelta(seconds=10), rounds.ask_due, rounds.next_ask),
    Job("evaluations-follow", timedelta(seconds=30), rounds.follow_register, follows),
    Job("evaluations-remind", timedelta(minutes=1), rounds.remind_due, rounds.next_reminder),
    Job("evaluations-lapse", timedelta(minutes=1), rounds.lapse_due, rounds.next_lapse),
)
