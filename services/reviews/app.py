"""What the reviews service is."""

from pathlib import Path

from services.reviews import consumers, jobs
from services.reviews.children.commands import CHILDREN, SEALED_COLUMNS
from services.reviews.considerations import api as considerations
from services.reviews.incidents import api as incidents
from services.reviews.notifications import api as notifications
from services.reviews.referrals import api as referrals
from services.reviews.tables import Base
from services.reviews.votes import api as votes
from shared.contracts import incidents as incident_events
from shared.contracts import reviews as events
from shared.contracts.access_record import SEALED
from shared.service import Service

SERVICE = Service(
    name="reviews",
    title="Reviews",
    about="Serious incidents, rapid reviews and practice reviews, and what is learnt from them.",
    base=Base,
    migrations=Path(__file__).parent / "migrations",
    routers=(
        incidents.router,
        referrals.router,
        considerations.router,
        notifications.router,
        votes.router,
    ),
    publishes=(
        incident_events.IncidentRecorded,
        incident_events.IncidentAmended,
        incident_events.IncidentStartChosen,
        incident_events.IncidentViewGiven,
        incident_events.IncidentOverdue,
        incident_events.IncidentNotified,
        incident_events.IncidentNotNotified,
        incident_events.IncidentDutyStands,
        incident_events.IncidentAcknowledged,
        incident_events.IncidentWithdrawn,
        incident_events.IncidentJoined,
        *events.JOINT_DECISION.all,
        SEALED["reviews"],
    ),
    consumes=consumers.HANDLERS,
    read_models=consumers.READ_MODELS,
    jobs=jobs.JOBS,
    sealed_columns=SEALED_COLUMNS,
    children=CHILDREN,
)
