"""What time does to reviews: what a notification asks for begins, duties run out, returns and votes stay out."""

from datetime import timedelta

from services.reviews.briefings import commands as briefings
from services.reviews.conduct import commands as conduct
from services.reviews.facts import commands as facts
from services.reviews.holds import commands as holds
from services.reviews.incident_years import commands as incident_years
from services.reviews.incidents import commands as incidents
from services.reviews.joint_decisions.commands import VOTE_LETTERS
from services.reviews.keeping.queries import KEEPING
from services.reviews.national_reviews import commands as national_reviews
from services.reviews.practice_reviews import commands as practice_reviews
from services.reviews.rapid_reviews import commands as rapid_reviews
from services.reviews.scoping.commands import ask_again, next_ask_again
from services.reviews.votes.commands import DECISIONS
from shared.jobs import Job, follows
from shared.keeping.commands import job

JOBS = (
    Job("reviews-open", timedelta(seconds=5), rapid_reviews.open_mandatory, follows),
    Job("incidents-overdue", timedelta(minutes=1), incidents.tell_overdue, incidents.next_overdue),
    Job("rapid-reviews-overdue", timedelta(minutes=1), rapid_reviews.tell_overdue, rapid_reviews.next_overdue),
    Job("returns-ask-again", timedelta(minutes=1), ask_again, next_ask_again),
    Job("briefings-asked-again", timedelta(minutes=5), briefings.ask_again, briefings.next_ask),
    Job("national-reviews-asked-again", timedelta(minutes=5), national_reviews.ask_again, national_reviews.next_ask),
    Job("publications-overdue", timedelta(minutes=5), practice_reviews.tell_overdue, practice_reviews.next_overdue),
    Job("facts-silent", timedelta(minutes=5), facts.tell_silent, facts.next_silent),
    Job("milestones-overdue", timedelta(minutes=5), conduct.tell_overdue, conduct.next_overdue),
    Job("holds-overdue", timedelta(minutes=5), holds.tell_overdue, holds.next_overdue),
    Job("incident-years", timedelta(hours=1), incident_years.tell_ended, incident_years.next_ended),
    Job("votes-reminded", timedelta(minutes=1), VOTE_LETTERS.remind, VOTE_LETTERS.next_reminder),
    Job("joint-decisions-run-out", timedelta(minutes=1), DECISIONS.run_out, DECISIONS.next_run_out),
    job(KEEPING),
)
