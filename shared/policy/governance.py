"""Who may do what to the register of agencies, bodies, memberships, contacts and delegations, and to the work of bodies.

Nothing here is about a child, so there is one view. Names of staff are for those who work in the partnership.
"""

from shared.policy import access_record, governance_bodies, governance_meetings, keeping
from shared.policy.model import Action, Grant, Scope, View
from shared.policy.roles import Role

READ_SCOPE, WRITE_SCOPE = "governance.read", "governance.write"


def _read(name: str, about: str) -> Action:
    return Action(f"governance.{name}", READ_SCOPE, about, system=True)


def _write(name: str, about: str, *, system: bool = False) -> Action:
    return Action(f"governance.{name}", WRITE_SCOPE, about, system=system)


LIST_AGENCIES = _read("agency.list", "See the register of agencies.")
READ_AGENCY = _read("agency.read", "Read one agency and its history.")
REGISTER_AGENCY = _write("agency.register", "Enter an agency in the register.")
CHANGE_AGENCY = _write("agency.change", "Change what the register says of an agency.")
END_AGENCY = _write("agency.end", "Set an agency's last day and its successors.")

LIST_BODIES = _read("body.list", "See the partnership's bodies.")
READ_BODY = _read("body.read", "Read one body.")
ESTABLISH_BODY = _write("body.establish", "Establish a body.")
CHANGE_BODY = _write("body.change", "Change a body's name, place or dates.")

LIST_MEMBERSHIPS = _read("membership.list", "See who sits on which body.")
READ_MEMBERSHIP = _read("membership.read", "Read one membership.")
ASSIGN = _write("membership.assign", "Give a person a seat on a body, and the roles that go with it.")
CHANGE_MEMBERSHIP = _write("membership.change", "Note where invitations reach a member.")
END_MEMBERSHIP = _write("membership.end", "End a membership.")
WITHDRAW_MEMBERSHIP = _write("membership.withdraw", "Take back a membership that has not begun.")

LIST_CONTACTS = _read("contact.list", "See whom to reach at which agency.")
READ_CONTACT = _read("contact.read", "Read one contact.")
NAME_CONTACT = _write("contact.name", "Name a contact.", system=True)
CHANGE_CONTACT = _write("contact.change", "Change a contact's details, hours or absences.", system=True)
REMOVE_CONTACT = _write("contact.remove", "Remove a contact.", system=True)

LIST_DELEGATIONS = _read("delegation.list", "See who may act for whom.")
READ_DELEGATION = _read("delegation.read", "Read one delegation.")
GRANT_DELEGATION = _write("delegation.grant", "Let another agency act for one's own.")
END_DELEGATION = _write("delegation.end", "End a delegation.")
WITHDRAW_DELEGATION = _write("delegation.withdraw", "Take back a delegation that has not begun.")

LIST_BODY_DECISIONS = _read("body_decision.list", "See what the bodies have decided.")
READ_BODY_DECISION = _read("body_decision.read", "Read one decision of a body.")
RECORD_BODY_DECISION = _write("body_decision.record", "Record what a body has decided.")
LIST_JOINT_DECISIONS = _read(
    "joint_decision.list", "See what the three statutory partners are asked, and by which rules."
)
READ_JOINT_DECISION = _read("joint_decision.read", "Read one joint decision with its votes and reasons.")
OPEN_JOINT_DECISION = _write("joint_decision.open", "Ask the three statutory partners.")
VOTE_JOINT_DECISION = _write("joint_decision.vote", "Cast a statutory partner's vote.")
WITHDRAW_JOINT_DECISION = _write("joint_decision.withdraw", "Take a question to the three back.")
COUNT_THREADS = _read("thread.count", "See how far what was learnt has come, and what has stopped.")
READ_THREAD = Action(
    "governance.thread.read", READ_SCOPE, "Walk the thread before and after a record.", case_level=True, system=True
)

LIST_RISKS = _read("risk.list", "See the register of risks, its matrix and how it moved.")
READ_RISK = _read("risk.read", "Read one risk with its scores and its history.")
RAISE_RISK = _write("risk.raise", "Enter a risk in the register.")
SCORE_RISK = _write("risk.score", "Score a risk.")
REVIEW_RISK = _write("risk.review", "Record the review of a risk.")
CHANGE_RISK = _write("risk.change", "Change a risk's words, owners or controls.")
REPLY_RISK = _write("risk.reply", "Reply to what the Executive asks of a risk.")
CLOSE_RISK = _write("risk.close", "Close a risk.")
ANSWER_RISK = _write("risk.answer", "Answer a risk for the Executive, or ask more of it.")

LIST_CHALLENGES = _read("challenge.list", "See and count the log of challenges to agencies.")
READ_CHALLENGE = _read("challenge.read", "Read one challenge with all that was said and done.")
MAKE_CHALLENGE = _write("challenge.make", "Challenge an agency.")
RESPOND_CHALLENGE = _write("challenge.respond", "Answer a challenge to one's own agency, and say what it changed.")
FOLLOW_CHALLENGE = _write("challenge.follow", "Return, agree, postpone, close or withdraw one's own challenge.")
RECHECK_CHALLENGE = _write("challenge.recheck", "Say whether the change after a challenge had an effect.")

EXPORT = _read("export.read", "Take out all that is one's own agency's.")

REGISTER = (LIST_AGENCIES, READ_AGENCY, LIST_BODIES, READ_BODY)
PEOPLE = (LIST_MEMBERSHIPS, READ_MEMBERSHIP, LIST_CONTACTS, READ_CONTACT)
BODY_DECISIONS = (LIST_BODY_DECISIONS, READ_BODY_DECISION)
DELEGATIONS = (LIST_DELEGATIONS, READ_DELEGATION)
CHAIR = (RECORD_BODY_DECISION,)  # the chair's of that body, or of the chair's deputy
KEEP_REGISTER = (REGISTER_AGENCY, CHANGE_AGENCY, END_AGENCY, ESTABLISH_BODY, CHANGE_BODY)
KEEP_MEMBERSHIPS = (ASSIGN, CHANGE_MEMBERSHIP, END_MEMBERSHIP, WITHDRAW_MEMBERSHIP)
KEEP_CONTACTS = (NAME_CONTACT, CHANGE_CONTACT, REMOVE_CONTACT)
KEEP_DELEGATIONS = (GRANT_DELEGATION, END_DELEGATION, WITHDRAW_DELEGATION)
THREADS = (COUNT_THREADS, READ_THREAD)
JOINT_DECISIONS = (LIST_JOINT_DECISIONS, READ_JOINT_DECISION)
ASK_THE_THREE = (OPEN_JOINT_DECISION, WITHDRAW_JOINT_DECISION)
RISKS = (LIST_RISKS, READ_RISK)
KEEP_RISKS = (RAISE_RISK, SCORE_RISK, REVIEW_RISK, CHANGE_RISK, REPLY_RISK, CLOSE_RISK)
CHALLENGES = (LIST_CHALLENGES, READ_CHALLENGE)
DO_CHALLENGE = (MAKE_CHALLENGE, FOLLOW_CHALLENGE, RECHECK_CHALLENGE)

ACTIONS = (
    *REGISTER,
    *PEOPLE,
    *BODY_DECISIONS,
    *DELEGATIONS,
    *KEEP_REGISTER,
    *KEEP_MEMBERSHIPS,
    *KEEP_CONTACTS,
    *KEEP_DELEGATIONS,
    *CHAIR,
    *governance_meetings.ACTIONS,
    *governance_bodies.ACTIONS,
    *JOINT_DECISIONS,
    *ASK_THE_THREE,
    VOTE_JOINT_DECISION,
    *THREADS,
    *RISKS,
    *KEEP_RISKS,
    ANSWER_RISK,
    *CHALLENGES,
    *DO_CHALLENGE,
    RESPOND_CHALLENGE,
    EXPORT,
    *access_record.actions("governance"),
    *keeping.actions("governance"),
)
OUTSIDE = frozenset({Role.LAY_MEMBER, Role.YOUNG_ADVISER, Role.OBSERVER})

GRANTS = (
    *(Grant(role, REGISTER, Scope.ALL, View.ANONYMISED) for role in Role),
    # Each record of a thread is shown by its own service's grants besides.
    *(
        Grant(role, (*PEOPLE, *BODY_DECISIONS, *THREADS), Scope.ALL, View.ANONYMISED)
        for role in Role
        if role not in OUTSIDE
    ),
    Grant(Role.PRACTITIONER, DELEGATIONS, Scope.OWN, View.ANONYMISED),
    Grant(Role.AGENCY_LEAD, (*DELEGATIONS, *KEEP_CONTACTS, *KEEP_DELEGATIONS, EXPORT), Scope.OWN, View.ANONYMISED),
    Grant(
        Role.BUSINESS_UNIT,
        (*DELEGATIONS, *KEEP_REGISTER, *KEEP_MEMBERSHIPS, *KEEP_CONTACTS, *KEEP_DELEGATIONS, *CHAIR),
        Scope.ALL,
        View.ANONYMISED,
    ),
    Grant(Role.BODY_CHAIR, CHAIR, Scope.BODY, View.ANONYMISED),
    Grant(Role.DEPUTY, CHAIR, Scope.BODY, View.ANONYMISED),
    *governance_meetings.GRANTS,
    *governance_bodies.GRANTS,
    Grant(Role.PLATFORM_ADMIN, DELEGATIONS, Scope.ALL, View.ANONYMISED),
    Grant(Role.INSPECTOR, DELEGATIONS, Scope.ALL, View.ANONYMISED),
    *(
        Grant(role, JOINT_DECISIONS, Scope.ALL, View.ANONYMISED)
        for role in (
            Role.DELEGATED_PARTNER,
            Role.LEAD_PARTNER,
            Role.EXECUTIVE_MEMBER,
            Role.BUSINESS_UNIT,
            Role.SCRUTINEER,
            Role.INSPECTOR,
        )
    ),
    Grant(Role.BUSINESS_UNIT, ASK_THE_THREE, Scope.ALL, View.ANONYMISED),
    *(Grant(role, ASK_THE_THREE, Scope.OWN, View.ANONYMISED) for role in (Role.DELEGATED_PARTNER, Role.LEAD_PARTNER)),
    *(
        Grant(role, (VOTE_JOINT_DECISION,), Scope.ALL, View.ANONYMISED)
        for role in (Role.DELEGATED_PARTNER, Role.LEAD_PARTNER)
    ),
    # The subgroups manage risks below the threshold, an agency keeps what it owns; the Executive answers what is above.
    *(
        Grant(role, RISKS, Scope.ALL, View.ANONYMISED)
        for role in (
            Role.EXECUTIVE_MEMBER,
            Role.DELEGATED_PARTNER,
            Role.LEAD_PARTNER,
            Role.QA_MEMBER,
            Role.LI_MEMBER,
            Role.BUSINESS_UNIT,
            Role.SCRUTINEER,
            Role.INSPECTOR,
        )
    ),
    Grant(Role.AGENCY_LEAD, (*RISKS, *KEEP_RISKS), Scope.OWN, View.ANONYMISED),
    *(
        Grant(role, KEEP_RISKS, Scope.ALL, View.ANONYMISED)
        for role in (Role.BUSINESS_UNIT, Role.QA_MEMBER, Role.LI_MEMBER)
    ),
    *(
        Grant(role, (ANSWER_RISK,), Scope.ALL, View.ANONYMISED)
        for role in (Role.EXECUTIVE_MEMBER, Role.DELEGATED_PARTNER, Role.LEAD_PARTNER)
    ),
    # Whoever challenges follows her own challenge; the agency answers; others than the agency say what it changed.
    *(
        Grant(role, CHALLENGES, Scope.ALL, View.ANONYMISED)
        for role in (
            Role.SCRUTINEER,
            Role.BODY_CHAIR,
            Role.DEPUTY,
            Role.EXECUTIVE_MEMBER,
            Role.DELEGATED_PARTNER,
            Role.LEAD_PARTNER,
            Role.QA_MEMBER,
            Role.LI_MEMBER,
            Role.BUSINESS_UNIT,
            Role.INSPECTOR,
        )
    ),
    *(
        Grant(role, DO_CHALLENGE, Scope.ALL, View.ANONYMISED)
        for role in (Role.SCRUTINEER, Role.DELEGATED_PARTNER, Role.LEAD_PARTNER)
    ),
    *(Grant(role, DO_CHALLENGE, Scope.BODY, View.ANONYMISED) for role in (Role.BODY_CHAIR, Role.DEPUTY)),
    *(Grant(role, (RECHECK_CHALLENGE,), Scope.ALL, View.ANONYMISED) for role in (Role.QA_MEMBER, Role.BUSINESS_UNIT)),
    Grant(Role.AGENCY_LEAD, (*CHALLENGES, RESPOND_CHALLENGE), Scope.OWN, View.ANONYMISED),
    *access_record.grants("governance"),
    *keeping.grants("governance"),
)
