"""What the escalations service is."""

from pathlib import Path

from services.escalations import consumers, jobs, load, post, sandbox
from services.escalations.advances import api as advances
from services.escalations.break_glass import api as break_glass
from services.escalations.challenges import api as challenges
from services.escalations.chases import api as chases
from services.escalations.children.commands import CHILDREN, SEALED_COLUMNS
from services.escalations.decisions import api as decisions
from services.escalations.escalations import api as escalations
from services.escalations.exports import api as exports
from services.escalations.identities import api as identities
from services.escalations.keeping import api as keeping
from services.escalations.ladders import api as ladders
from services.escalations.learning import api as learning
from services.escalations.links import api as links
from services.escalations.notes import api as notes
from services.escalations.reports import api as reports
from services.escalations.resolutions import api as resolutions
from services.escalations.responses import api as responses
from services.escalations.tables import Base
from services.escalations.tracker import api as tracker
from shared.contracts import escalations as events
from shared.contracts.access_record import SEALED
from shared.service import Service

SERVICE = Service(
    name="escalations",
    title="Escalations",
    about="Professional challenge between agencies about a child, from its raising to the quarterly report.",
    base=Base,
    migrations=Path(__file__).parent / "migrations",
    routers=(
        ladders.router,
        challenges.router,
        escalations.router,
        responses.router,
        advances.router,
        resolutions.router,
        links.router,
        identities.router,
        break_glass.router,
        tracker.router,
        chases.router,
        exports.router,
        keeping.router,
        decisions.router,
        learning.router,
        notes.router,
        reports.router,
    ),
    publishes=(
        events.EscalationRaised,
        events.EscalationAcknowledged,
        events.EscalationPromised,
        events.EscalationResponded,
        events.EscalationMet,
        events.EscalationAdvanced,
        events.EscalationPassedOn,
        events.EscalationSucceeded,
        events.EscalationOverdue,
        events.EscalationWithdrawn,
        events.EscalationRedirected,
        events.EscalationResolved,
        events.EscalationRejected,
        events.EscalationTold,
        events.EscalationClosed,
        events.DecisionOpened,
        events.DecisionVoted,
        events.DecisionReached,
        events.DecisionFailed,
        events.LearningRecorded,
        events.LearningRouted,
        events.LearningTaken,
        events.LearningClosed,
        events.LearningNotTaken,
        events.LearningSucceeded,
        events.NoteRecorded,
        events.NoteRetracted,
        events.BreakGlassUsed,
        events.BreakGlassReviewed,
        SEALED["escalations"],
    ),
    consumes=consumers.HANDLERS,
    read_models=consumers.READ_MODELS,
    jobs=jobs.JOBS,
    errands=post.ERRANDS,
    sealed_columns=SEALED_COLUMNS,
    children=CHILDREN,
    loads=load.LOADS,
    sandbox=sandbox.fill,
)
