"""Who may do what to training: data only.

Nothing here is about a child. The programme is for everybody; who is booked is staff data: for whoever is booked, the
lead of the own agency, the trainers of that session and those who run the programme.
"""

from shared.policy import access_record
from shared.policy.model import Action, Grant, Scope, View
from shared.policy.roles import Role

READ_SCOPE, WRITE_SCOPE, REPORTS_SCOPE = "training.read", "training.write", "reports.read"


def _read(name: str, about: str) -> Action:
    return Action(f"training.{name}", READ_SCOPE, about, system=True)


def _write(name: str, about: str, *, system: bool = False) -> Action:
    return Action(f"training.{name}", WRITE_SCOPE, about, system=system)


LIST_COURSES = _read("course.list", "See the programme and its series.")
READ_COURSE = _read("course.read", "Read one course.")
ADD_COURSE = _write("course.add", "Add a course to the programme.")
CHANGE_COURSE = _write("course.change", "Change what is said of a course.")
END_COURSE = _write("course.end", "Name the last day on which a course is offered.")
LINK_COURSE = _write("course.link", "Link a course to the learning that asks for it.")

LIST_LISTS = _read("distribution_list.list", "See the distribution lists, and the series each subscribes to.")
READ_LIST = _read("distribution_list.read", "Read one distribution list.")
ADD_LIST = _write("distribution_list.add", "Add a distribution list.")
CHANGE_LIST = _write("distribution_list.change", "Change a distribution list, or name its last day.")

LIST_SESSIONS = _read("session.list", "See when courses are.")
READ_SESSION = _read("session.read", "Read one session.")
PLAN_SESSION = _write("session.plan", "Plan a session of a course.")
CHANGE_SESSION = _write("session.change", "Change a session's link, lists, trainers or booking days.")
MOVE_SESSION = _write("session.move", "Move a session to another time or place.")
ENLARGE_SESSION = _write("session.enlarge", "Give a session more places.")
KEEP_PLACES = _write("session.keep", "Keep places of a session for agencies.")
CALL_OFF_SESSION = _write("session.call_off", "Call a session off.")
HOLD_SESSION = _write("session.hold", "Record that a session took place.")

READ_ATTENDANCE = _read("attendance.read", "Read a session's register, and who keeps it from being closed.")
SHOW_CODE = _read("attendance.show_code", "Show the code by which delegates sign in.")
ENTER_ATTENDANCE = _write("attendance.enter", "Enter in a session's register who came.")
STRIKE_OUT = _write("booking.strike_out", "Strike out of a session's register who was entered by mistake.")
IMPORT_ATTENDANCE = _write("attendance.import", "Take who was there from an online meeting's export.")

READ_INVITATIONS = _read("invitation.read", "See who was invited to a session, and what their calendars have answered.")
TAKE_REPLY = _write("reply.take", "Hand in what calendars have answered by e-mail.", system=True)

LIST_BOOKINGS = _read("booking.list", "See who is booked.")
READ_BOOKING = _read("booking.read", "Read one booking.")
BOOK = _write("booking.book", "Book a place for oneself.")
BOOK_TEAM = _write("booking.book_team", "Book places for people of one's own agency.", system=True)
APPROVE_BOOKING = _write("booking.approve", "Approve that somebody of one's own agency goes.")
DECLINE_BOOKING = _write("booking.decline", "Decline that somebody of one's own agency goes.")
ACCEPT_OFFER = _write("booking.accept", "Take a place that was offered.")
CANCEL_BOOKING = _write("booking.cancel", "Give a place back, or wait no longer.", system=True)
TRANSFER_BOOKING = _write("booking.transfer", "Send somebody else instead.", system=True)
READ_WAITING = _read("booking.waiting", "See a session's waiting list, its order and every departure from it.")
PUT_FIRST = _write("booking.put_first", "Put somebody first on a waiting list, with a reason.")

READ_PRACTICE = _read("practice.read", "See whether an agency wants to approve its people's bookings.")
SET_PRACTICE = _write("practice.set", "Say whether one's own agency wants to approve its people's bookings.")

LIST_EVALUATIONS = _read("evaluation.list", "See who is asked what a session was worth, and who has answered.")
READ_EVALUATION = _read(
    "evaluation.read", "Read one evaluation: what is asked, until when, and whether it is answered."
)
ANSWER_EVALUATION = _write("evaluation.answer", "Say what a session was worth, asked of oneself.")
NAME_MANAGER = _write("evaluation.name_manager", "Name the manager who is asked what a course changed.")
LIST_CERTIFICATES = _read("certificate.list", "See certificates.")
READ_CERTIFICATE = _read("certificate.read", "Read and download a certificate.")

READ_FIGURES = Action(
    "training.figures.read", REPORTS_SCOPE, "See how full sessions were and who came, in numbers.", system=True
)
READ_WORTH = Action(
    "training.figures.worth",
    REPORTS_SCOPE,
    "See what sessions were worth and what they changed, in numbers.",
    system=True,
)
RECONCILE = _read("session.reconcile", "See whether a session adds up, and for whom it does not.")

# Not for a system: it is a person's own calendar.
READ_FEED = Action("training.feed.read", READ_SCOPE, "Read the address of one's own calendar.")
MAKE_FEED = _write("feed.make", "Make an address for one's own calendar.")
REVOKE_FEED = _write("feed.revoke", "Revoke the address of one's own calendar.")
FEED = (READ_FEED, MAKE_FEED, REVOKE_FEED)

EXPORT = _read("export.read", "Take out all that is one's own agency's.")

PROGRAMME = (LIST_COURSES, READ_COURSE, LIST_SESSIONS, READ_SESSION)
RUN = (
    ADD_COURSE,
    CHANGE_COURSE,
    END_COURSE,
    LINK_COURSE,
    LIST_LISTS,
    READ_LIST,
    ADD_LIST,
    CHANGE_LIST,
    PLAN_SESSION,
    CHANGE_SESSION,
    MOVE_SESSION,
    ENLARGE_SESSION,
    KEEP_PLACES,
    CALL_OFF_SESSION,
)
BOOKINGS = (LIST_BOOKINGS, READ_BOOKING)
OWN_BOOKING = (*BOOKINGS, ACCEPT_OFFER, CANCEL_BOOKING)
EVALUATIONS = (LIST_EVALUATIONS, READ_EVALUATION)
CERTIFICATES = (LIST_CERTIFICATES, READ_CERTIFICATE)
FIGURES = (READ_FIGURES, READ_WORTH)
AFTERWARDS = (*EVALUATIONS, ANSWER_EVALUATION, NAME_MANAGER, *CERTIFICATES)
TEAM = (APPROVE_BOOKING, DECLINE_BOOKING, TRANSFER_BOOKING)
ON_THE_DAY = (
    HOLD_SESSION,
    READ_WAITING,
    RECONCILE,
    READ_ATTENDANCE,
    SHOW_CODE,
    ENTER_ATTENDANCE,
    STRIKE_OUT,
    IMPORT_ATTENDANCE,
    READ_INVITATIONS,
)
PRACTICE = (READ_PRACTICE, SET_PRACTICE)

ACTIONS: tuple[Action, ...] = (
    *PROGRAMME,
    *RUN,
    *ON_THE_DAY,
    *OWN_BOOKING,
    BOOK,
    BOOK_TEAM,
    *TEAM,
    PUT_FIRST,
    TAKE_REPLY,
    *FEED,
    *PRACTICE,
    *AFTERWARDS,
    *FIGURES,
    EXPORT,
    *access_record.actions("training"),
)

GRANTS: tuple[Grant, ...] = (
    *(Grant(role, PROGRAMME, Scope.ALL, View.ANONYMISED) for role in Role),
    Grant(
        Role.TRAINING_MANAGER,
        (
            *RUN,
            *ON_THE_DAY,
            TAKE_REPLY,
            *OWN_BOOKING,
            BOOK_TEAM,
            TRANSFER_BOOKING,
            PUT_FIRST,
            READ_PRACTICE,
            *AFTERWARDS,
            *FIGURES,
        ),
        Scope.ALL,
        View.IDENTIFIED,
    ),
    Grant(Role.TRAINING_MANAGER, (BOOK,), Scope.ASSIGNED, View.IDENTIFIED),
    # The business unit runs the programme; who is booked it sees in numbers.
    Grant(Role.BUSINESS_UNIT, (*RUN, *FIGURES), Scope.ALL, View.ANONYMISED),
    Grant(Role.TRAINER, (*ON_THE_DAY, *BOOKINGS, *EVALUATIONS, READ_WORTH), Scope.ASSIGNED, View.IDENTIFIED),
    Grant(Role.PRACTITIONER, (BOOK, *OWN_BOOKING, *AFTERWARDS), Scope.ASSIGNED, View.IDENTIFIED),
    Grant(Role.AGENCY_LEAD, (BOOK,), Scope.ASSIGNED, View.IDENTIFIED),
    Grant(
        Role.AGENCY_LEAD,
        (BOOK_TEAM, *OWN_BOOKING, *TEAM, *PRACTICE, *AFTERWARDS, *FIGURES, EXPORT),
        Scope.OWN,
        View.IDENTIFIED,
    ),
    *(
        Grant(role, FEED, Scope.ASSIGNED, View.IDENTIFIED)
        for role in (Role.PRACTITIONER, Role.AGENCY_LEAD, Role.TRAINER, Role.TRAINING_MANAGER)
    ),
    # Whoever runs the mail system; what a reply changes, the invitation's own secret says.
    Grant(Role.AGENCY_LEAD, (TAKE_REPLY,), Scope.ALL, View.ANONYMISED),
    *(
        Grant(role, FIGURES, Scope.ALL, View.ANONYMISED)
        for role in (
            Role.LI_MEMBER,
            Role.QA_MEMBER,
            Role.EXECUTIVE_MEMBER,
            Role.DELEGATED_PARTNER,
            Role.LEAD_PARTNER,
            Role.SCRUTINEER,
            Role.INSPECTOR,
        )
    ),
    *access_record.grants("training"),
)
