"""What the governance service is."""

from pathlib import Path

from services.governance import consumers, jobs, load, post, sandbox
from services.governance.actions import api as actions
from services.governance.actions import commands as action_commands
from services.governance.agencies import api as agencies
from services.governance.agencies import commands as agency_commands
from services.governance.agendas import api as agendas
from services.governance.attendances import api as attendances
from services.governance.bodies import api as bodies
from services.governance.bodies import commands as body_commands
from services.governance.body_decisions import api as body_decisions
from services.governance.briefs import api as briefs
from services.governance.chair_reports import api as chair_reports
from services.governance.challenges import api as challenges
from services.governance.claims import api as claims
from services.governance.contacts import api as contacts
from services.governance.contacts import commands as contact_commands
from services.governance.delegations import api as delegations
from services.governance.delegations import commands as delegation_commands
from services.governance.drift import api as drift
from services.governance.due_dates import api as due_dates
from services.governance.evidence import api as evidence
from services.governance.expectations import api as expectations
from services.governance.explanations import api as explanations
from services.governance.exports import api as exports
from services.governance.feeds import api as feeds
from services.governance.joint_decisions import api as joint_decisions
from services.governance.keeping import api as keeping
from services.governance.meetings import api as meetings
from services.governance.memberships import api as memberships
from services.governance.memberships import commands as membership_commands
from services.governance.minutes import api as minutes
from services.governance.movements import api as movements
from services.governance.outcomes import api as outcomes
from services.governance.plans import api as plans
from services.governance.plans import commands as plan_commands
from services.governance.progress import api as progress
from services.governance.proposals import api as proposals
from services.governance.risk_answers import api as risk_answers
from services.governance.risks import api as risks
from services.governance.signatures import api as signatures
from services.governance.tables import Base
from services.governance.terms_of_reference import api as terms_of_reference
from services.governance.threads import api as threads
from services.governance.updates import api as updates
from services.governance.ways import commands as way_commands
from services.governance.work_items import api as work_items
from shared.contracts import governance as events
from shared.contracts import governance_actions as actions_told
from shared.contracts import governance_bodies as of_bodies
from shared.contracts import governance_meetings as of_meetings
from shared.contracts import governance_threads as of_threads
from shared.contracts.access_record import SEALED
from shared.service import Service

SERVICE = Service(
    name="governance",
    title="Governance",
    about="The register of agencies, the partnership's bodies, their members and decisions, contacts, and who acts for whom.",
    base=Base,
    migrations=Path(__file__).parent / "migrations",
    routers=(
        agencies.router,
        bodies.router,
        memberships.router,
        contacts.router,
        delegations.router,
        body_decisions.router,
        joint_decisions.router,
        threads.router,
        plans.router,
        actions.router,
        proposals.router,
        claims.router,
        updates.router,
        evidence.router,
        due_dates.router,
        signatures.router,
        drift.router,
        progress.router,
        risks.router,
        risk_answers.router,
        movements.router,
        challenges.router,
        meetings.router,
        feeds.router,
        agendas.router,
        attendances.router,
        outcomes.router,
        minutes.router,
        chair_reports.router,
        exports.router,
        keeping.router,
        expectations.router,
        explanations.router,
        terms_of_reference.router,
        work_items.router,
        briefs.router,
    ),
    publishes=(
        events.AgencyRegistered,
        events.AgencyChanged,
        events.AgencySucceeded,
        events.AgencyRestated,
        events.BodyEstablished,
        events.BodyChanged,
        events.BodyRestated,
        events.MembershipAssigned,
        events.MembershipChanged,
        events.MembershipEnded,
        events.MembershipWithdrawn,
        events.MembershipRestated,
        events.ContactNamed,
        events.ContactChanged,
        events.ContactRemoved,
        events.ContactRestated,
        events.DelegationGranted,
        events.DelegationChanged,
        events.DelegationEnded,
        events.DelegationWithdrawn,
        events.DelegationRestated,
        events.BodyDecisionTaken,
        of_meetings.MeetingConvened,
        of_meetings.MeetingRescheduled,
        of_meetings.MeetingCancelled,
        of_meetings.MeetingHeld,
        of_meetings.MeetingMinuted,
        of_meetings.MeetingApproved,
        of_meetings.ChairReportSent,
        of_meetings.ExpectationSet,
        of_meetings.ExpectationEnded,
        of_meetings.ExplanationAsked,
        of_meetings.ExplanationAnswered,
        of_bodies.TermsOfReferenceAdopted,
        of_bodies.WorkItemPlanned,
        of_bodies.WorkItemMoved,
        of_bodies.BriefGiven,
        of_bodies.BriefExtended,
        of_bodies.BriefClosed,
        *events.JOINT_DECISION.all,
        *actions_told.ALL,
        *events.RISK,
        *events.CHALLENGE,
        *of_threads.ALL,
        SEALED["governance"],
    ),
    consumes=consumers.HANDLERS,
    read_models=consumers.READ_MODELS,
    jobs=jobs.JOBS,
    errands=post.ERRANDS,
    loads=load.LOADS,
    restates={
        "agencies": agency_commands.restate,
        "bodies": body_commands.restate,
        "memberships": membership_commands.restate,
        "contacts": contact_commands.restate,
        "delegations": delegation_commands.restate,
        "plans": plan_commands.restate,
        "actions": action_commands.restate,
        "threads": way_commands.restate,
    },
    sandbox=sandbox.fill,
)
