"""Who may do what to plans and actions: data only.

Nothing here is about a child, so there is one view. Whoever runs the business signs nothing of it.
"""

from shared.policy.governance import OUTSIDE, READ_SCOPE, WRITE_SCOPE
from shared.policy.model import Action, Grant, Scope, View
from shared.policy.roles import Role


def _read(name: str, about: str) -> Action:
    return Action(f"governance.{name}", READ_SCOPE, about, system=True)


def _write(name: str, about: str, *, system: bool = False) -> Action:
    return Action(f"governance.{name}", WRITE_SCOPE, about, system=system)


LIST_PLANS = _read("plan.list", "See the plans, and who signs their actions.")
READ_PLAN = _read("plan.read", "Read one plan, and how far it has come.")
MAKE_PLAN = _write("plan.make", "Make a plan.")
CHANGE_PLAN = _write("plan.change", "Change a plan, and add to what it is to cover.")

LIST_ACTIONS = _read("action.list", "List and count actions.")
READ_ACTION = _read("action.read", "Read one action.")
PROPOSE_ACTION = _write("action.propose", "Propose an action.")
AMEND_ACTION = _write("action.amend", "Word an action anew.")
AGREE_ACTION = _write("action.agree", "Agree to an action.")
DECLINE_ACTION = _write("action.decline", "Decline a proposed action.")
SUPERSEDE_ACTION = _write("action.supersede", "Let another action take an action's place.")
START_ACTION = _write("action.start", "Begin an action.")
CLAIM_ACTIVITY = _write("action.claim", "Claim that an action is done.")
TEST_IMPACT = _write("action.test", "Begin to test an action's impact.")
CLAIM_IMPACT = _write("action.claim_impact", "Claim that practice has improved.")
UPDATE_ACTION = _write("action.update", "Say how an action goes.", system=True)
MOVE_DATE = _write("due_date.move", "Bring an action's date forward, or ask for a later one.")
APPROVE_DATE = _write("due_date.approve", "Approve a later date.")
REFUSE_DATE = _write("due_date.refuse", "Refuse a later date.")
SUPPLY_EVIDENCE = _write("evidence.supply", "Supply evidence of an action.", system=True)
WITHDRAW_EVIDENCE = _write("evidence.withdraw", "Withdraw evidence.")
SIGN_ACTIVITY = _write("signature.sign", "Sign phase 1 of an action, for the body that signs it.")
MODERATE_EVIDENCE = _write("signature.moderate", "Moderate the evidence of an action, for the body that does.")
SIGN_IMPACT = _write("signature.sign_impact", "Sign phase 2 of an action, for the body that signs it.")
CLOSE_ACTION = _write("signature.close", "Close an action.")
RETURN_CLAIM = _write("signature.return", "Send a claim back, for the body that has it.")
REOPEN_ACTION = _write("signature.reopen", "Reopen an action that was signed.")
DECIDE_DRIFT = _write("drift.decide", "Record what is decided about an action that drifts.")

PLANS = (LIST_PLANS, READ_PLAN)
SEE_ACTIONS = (LIST_ACTIONS, READ_ACTION)
WORK = (
    AMEND_ACTION,
    START_ACTION,
    CLAIM_ACTIVITY,
    TEST_IMPACT,
    CLAIM_IMPACT,
    UPDATE_ACTION,
    MOVE_DATE,
    SUPPLY_EVIDENCE,
    WITHDRAW_EVIDENCE,
)
STEER = (  # the business unit's, and the chair's of the body whose action it is
    AGREE_ACTION,
    DECLINE_ACTION,
    SUPERSEDE_ACTION,
    APPROVE_DATE,
    REFUSE_DATE,
    REOPEN_ACTION,
    DECIDE_DRIFT,
)
SIGN = (SIGN_ACTIVITY, MODERATE_EVIDENCE, SIGN_IMPACT, RETURN_CLAIM)  # by whoever sits on the body that signs

ACTIONS = (
    *PLANS,
    MAKE_PLAN,
    CHANGE_PLAN,
    *SEE_ACTIONS,
    PROPOSE_ACTION,
    *WORK,
    *STEER,
    *SIGN,
    CLOSE_ACTION,
)

SEE_ALL_ACTIONS = (
    Role.BUSINESS_UNIT,
    Role.LI_MEMBER,
    Role.QA_MEMBER,
    Role.EXECUTIVE_MEMBER,
    Role.DELEGATED_PARTNER,
    Role.LEAD_PARTNER,
    Role.SCRUTINEER,
    Role.INSPECTOR,
)
# Who may own an action, or sit on a body that signs one. The business unit and the scrutineer sign nothing.
MAY_OWN_AND_SIGN = (
    Role.PRACTITIONER,
    Role.AGENCY_LEAD,
    Role.LI_MEMBER,
    Role.QA_MEMBER,
    Role.EXECUTIVE_MEMBER,
    Role.DELEGATED_PARTNER,
    Role.LEAD_PARTNER,
    Role.OPERATIONAL_MEMBER,
    Role.BODY_CHAIR,
    Role.DEPUTY,
    Role.IMPROVEMENT_ADVISER,
    Role.TRAINING_MANAGER,
)

GRANTS = (
    # Plans name nobody; of actions each reads her own, her agency's and those of the bodies on which she sits.
    *(Grant(role, PLANS, Scope.ALL, View.ANONYMISED) for role in Role if role not in OUTSIDE),
    Grant(Role.BUSINESS_UNIT, (MAKE_PLAN, CHANGE_PLAN), Scope.ALL, View.ANONYMISED),
    *(Grant(role, SEE_ACTIONS, Scope.ALL, View.ANONYMISED) for role in SEE_ALL_ACTIONS),
    *(Grant(role, (*SEE_ACTIONS, *SIGN), Scope.BODY, View.ANONYMISED) for role in MAY_OWN_AND_SIGN),
    *(Grant(role, (*SEE_ACTIONS, *WORK), Scope.ASSIGNED, View.ANONYMISED) for role in MAY_OWN_AND_SIGN),
    Grant(Role.PRACTITIONER, SEE_ACTIONS, Scope.OWN, View.ANONYMISED),
    Grant(Role.TRAINING_MANAGER, SEE_ACTIONS, Scope.OWN, View.ANONYMISED),  # for which there are courses
    Grant(Role.AGENCY_LEAD, (*SEE_ACTIONS, PROPOSE_ACTION, *WORK), Scope.OWN, View.ANONYMISED),
    Grant(Role.BUSINESS_UNIT, (PROPOSE_ACTION, *WORK, *STEER), Scope.ALL, View.ANONYMISED),
    Grant(Role.BODY_CHAIR, (PROPOSE_ACTION, *STEER), Scope.BODY, View.ANONYMISED),
    Grant(Role.DEPUTY, (PROPOSE_ACTION, *STEER), Scope.BODY, View.ANONYMISED),
    Grant(Role.LI_MEMBER, (PROPOSE_ACTION,), Scope.ALL, View.ANONYMISED),
    Grant(Role.QA_MEMBER, (PROPOSE_ACTION,), Scope.ALL, View.ANONYMISED),
    Grant(Role.DELEGATED_PARTNER, (PROPOSE_ACTION,), Scope.ALL, View.ANONYMISED),
    Grant(Role.DELEGATED_PARTNER, (CLOSE_ACTION, DECIDE_DRIFT), Scope.BODY, View.ANONYMISED),
)
