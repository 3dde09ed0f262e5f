"""Who may do what to serious incidents and the council's notification of them: data only."""

from shared.policy.model import Action, Grant, Scope, View
from shared.policy.roles import Role

READ_SCOPE, WRITE_SCOPE = "reviews.read", "reviews.write"


def read_action(name: str, about: str, *, system: bool = False, case_level: bool = True) -> Action:
    return Action(f"reviews.{name}", READ_SCOPE, about, case_level=case_level, system=system)


def write_action(name: str, about: str, *, system: bool = False) -> Action:
    return Action(f"reviews.{name}", WRITE_SCOPE, about, case_level=True, system=system)


LIST_INCIDENTS = read_action("incident.list", "List serious incidents.", system=True)
READ_INCIDENT = read_action("incident.read", "Read one serious incident.", system=True)
READ_INCIDENT_HISTORY = read_action("incident.history", "Read what was done to a serious incident.")
COUNT_INCIDENTS = read_action("incident.count", "See how many incidents there were in each year.", case_level=False)
REFER_CASE = write_action("incident.refer", "Refer a case for consideration.", system=True)
JOIN_INCIDENT = write_action("incident.join", "Say that two incidents are one.")
AMEND_INCIDENT = write_action("incident.amend", "Write down what has become known of an incident.")
CHOOSE_START = write_action("incident.choose_start", "Choose from when the council's time is counted.")
GIVE_VIEW = write_action("incident.give_view", "Record a statutory partner's view of an incident.")
CONCLUDE = write_action("incident.conclude", "Say what becomes of a near miss.")
PROPOSE_NOT_TO_NOTIFY = write_action("incident.propose", "Ask the three whether an incident need not be notified.")
NOTIFY = write_action("incident.notify", "Notify the national Panel.")
ACKNOWLEDGE = write_action("incident.acknowledge", "Record the reference that the national Panel has given.")
WITHDRAW = write_action("incident.withdraw", "Withdraw a notification.")

READ_INCIDENTS = (LIST_INCIDENTS, READ_INCIDENT)
CONSIDER = (READ_INCIDENT_HISTORY, REFER_CASE, AMEND_INCIDENT)
DUTY = (
    JOIN_INCIDENT,
    CHOOSE_START,
    CONCLUDE,
    NOTIFY,
    ACKNOWLEDGE,
    WITHDRAW,
)  # the council's: the rule asks which agency it is

ACTIONS = (*READ_INCIDENTS, *CONSIDER, COUNT_INCIDENTS, *DUTY, GIVE_VIEW, PROPOSE_NOT_TO_NOTIFY)

OVERSEE = (Role.BUSINESS_UNIT, Role.LI_MEMBER, Role.SCRUTINEER, Role.INSPECTOR)
THREE = (Role.DELEGATED_PARTNER, Role.LEAD_PARTNER)

GRANTS = (
    # An incident is for the three partners, and for whoever referred it.
    Grant(Role.AGENCY_LEAD, (*READ_INCIDENTS, *CONSIDER, *DUTY), Scope.OWN, View.IDENTIFIED),
    *(Grant(role, (*READ_INCIDENTS, *CONSIDER, *DUTY, GIVE_VIEW), Scope.OWN, View.IDENTIFIED) for role in THREE),
    Grant(Role.DELEGATED_PARTNER, (PROPOSE_NOT_TO_NOTIFY,), Scope.OWN, View.IDENTIFIED),
    Grant(Role.BUSINESS_UNIT, (*CONSIDER, *DUTY, PROPOSE_NOT_TO_NOTIFY), Scope.ALL, View.PSEUDONYMISED),
    *(
        Grant(role, (*READ_INCIDENTS, READ_INCIDENT_HISTORY, COUNT_INCIDENTS), Scope.ALL, View.PSEUDONYMISED)
        for role in OVERSEE
    ),
    *(Grant(role, (COUNT_INCIDENTS,), Scope.ALL, View.ANONYMISED) for role in (*THREE, Role.EXECUTIVE_MEMBER)),
)
