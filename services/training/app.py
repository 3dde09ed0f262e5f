"""What the training service is."""

from pathlib import Path

from services.training import consumers, jobs, load, post, sandbox
from services.training.approvals import api as approvals
from services.training.attendance import api as attendance
from services.training.bookings import api as bookings
from services.training.calendars import api as calendars
from services.training.cancellations import api as cancellations
from services.training.certificates import api as certificates
from services.training.courses import api as courses
from services.training.courses import commands as course_commands
from services.training.distribution_lists import api as distribution_lists
from services.training.evaluation_links import api as evaluation_links
from services.training.evaluations import api as evaluations
from services.training.exports import api as exports
from services.training.feeds import api as feeds
from services.training.figures import api as figures
from services.training.offers import api as offers
from services.training.place_links import api as place_links
from services.training.requests import api as requests
from services.training.sessions import api as sessions
from services.training.sign_in import api as sign_in
from services.training.tables import Base
from services.training.worth import api as worth
from shared.contracts import training as events
from shared.contracts.access_record import SEALED
from shared.service import Service

SERVICE = Service(
    name="training",
    title="Training",
    about="The training programme: courses, sessions, who is booked, who came, and what it changed.",
    base=Base,
    migrations=Path(__file__).parent / "migrations",
    routers=(
        courses.router,
        distribution_lists.router,
        sessions.router,
        bookings.router,
        requests.router,
        offers.router,
        approvals.router,
        cancellations.router,
        place_links.router,
        figures.router,
        worth.router,
        attendance.router,
        sign_in.router,
        evaluations.router,
        evaluation_links.router,
        certificates.router,
        calendars.router,
        feeds.router,
        exports.router,
    ),
    publishes=(
        events.CourseAdded,
        events.CourseChanged,
        events.CourseLinked,
        events.CourseRestated,
        events.SessionPlanned,
        events.SessionChanged,
        events.SessionMoved,
        events.SessionCalledOff,
        events.SessionHeld,
        events.SessionRecounted,
        events.SessionImpactMeasured,
        events.BookingRequested,
        events.BookingDeclined,
        events.BookingBooked,
        events.BookingQueued,
        events.BookingPutFirst,
        events.BookingOffered,
        events.BookingLapsed,
        events.BookingTransferred,
        events.BookingCancelled,
        events.BookingCalledOff,
        events.BookingSettled,
        events.BookingStruckOut,
        events.EvaluationAsked,
        events.EvaluationAnswered,
        events.EvaluationLapsed,
        events.EvaluationWithdrawn,
        events.CertificateIssued,
        events.CertificateRevoked,
        events.CertificateReinstated,
        SEALED["training"],
    ),
    consumes=consumers.HANDLERS,
    read_models=consumers.READ_MODELS,
    jobs=jobs.JOBS,
    errands=post.ERRANDS,
    loads=load.LOADS,
    restates={"courses": course_commands.restate},
    sandbox=sandbox.fill,
)
