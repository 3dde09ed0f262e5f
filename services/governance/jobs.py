"""What time does to governance: what ends, with what hung on it, and what is late."""

from datetime import timedelta

from services.governance.actions import commands as actions
from services.governance.agencies import commands as agencies
from services.governance.attendances import commands as attendances
from services.governance.challenges import commands as challenges
from services.governance.contacts import commands as contacts
from services.governance.delegations import commands as delegations
from services.governance.explanations import commands as explanations
from services.governance.joint_decisions.commands import DECISIONS, VOTE_LETTERS
from services.governance.keeping.queries import KEEPING
from services.governance.meetings import commands as meetings
from services.governance.memberships import commands as memberships
from services.governance.risk_answers import commands as risk_answers
from services.governance.risks import commands as risks
from services.governance.updates import commands as updates
from services.governance.ways import commands as ways
from services.governance.ways import queries as way_queries
from shared.acting import AS_RULED
from shared.db import Tx
from shared.jobs import Job, follows
from shared.keeping.commands import job

EVERY = timedelta(minutes=1)


async def end_agencies(tx: Tx) -> int:
    """Agencies whose last day is over: their people's seats, their contacts and delegations end with them."""
    ended = await agencies.end_due(tx)
    for agency in ended:
        await memberships.end_of_agency(tx, agency.id, agency.effective_to)
        await delegations.end_of_agency(tx, agency.id, agency.effective_to)
        await contacts.remove_of_agency(tx, AS_RULED, agency.id)
        await actions.succeed(tx, agency.id, agency.successor_ids)
        await risks.succeed(tx, agency.id, agency.successor_ids)
        await challenges.succeed(tx, agency.id, agency.successor_ids)
    return len(ended)


JOBS = (
    Job("agencies-end", EVERY, end_agencies, agencies.next_end),
    Job("bodies-end", EVERY, memberships.end_with_bodies, memberships.next_end_with_bodies),
    Job("memberships-end", EVERY, memberships.end_due, memberships.next_end),
    Job("members-invited", EVERY, meetings.keep_invited, follows),
    Job("members-reminded", EVERY, attendances.remind, attendances.next_reminder),
    Job("delegations-end", EVERY, delegations.end_due, delegations.next_end),
    Job("joint-decisions-run-out", EVERY, DECISIONS.run_out, DECISIONS.next_run_out),
    Job("votes-reminded", EVERY, VOTE_LETTERS.remind, VOTE_LETTERS.next_reminder),
    Job("updates-asked", EVERY, updates.ask, updates.next_ask),
    Job("actions-reminded", EVERY, actions.remind, actions.next_reminder),
    Job("actions-drift", EVERY, actions.tell_drifting, actions.next_drift),
    Job("risks-review", EVERY, risks.tell_overdue, risks.next_overdue),
    Job("risks-replies", EVERY, risk_answers.tell_unanswered, risk_answers.next_unanswered),
    Job("challenges-due", EVERY, challenges.tell_due, challenges.next_due),
    Job("explanations-overdue", EVERY, explanations.tell_overdue, explanations.next_overdue),
    Job("ways-stop", EVERY, ways.tell_stopped, way_queries.next_stop),
    job(KEEPING),
)
