"""Who may do what to reviews: data only."""

from shared.policy import access_record, incidents, keeping, practice_reviews, rapid_reviews
from shared.policy.incidents import OVERSEE, READ_SCOPE, THREE, WRITE_SCOPE
from shared.policy.model import Action, Grant, Scope, View
from shared.policy.roles import Role

LIST_DECISION_KINDS = Action(
    "reviews.joint_decision.kinds", READ_SCOPE, "See what the three decide here, and by which rules."
)
LIST_DECISIONS = Action(
    "reviews.joint_decision.list", READ_SCOPE, "See what the three statutory partners are asked.", case_level=True
)
READ_DECISION = Action(
    "reviews.joint_decision.read",
    READ_SCOPE,
    "Read one joint decision with its votes and reasons.",
    case_level=True,
)
VOTE = Action("reviews.joint_decision.vote", WRITE_SCOPE, "Cast a statutory partner's vote.", case_level=True)
LIST_WAITS = Action(
    "reviews.wait.list", READ_SCOPE, "See what waits for whom in reviews.", case_level=True, system=True
)
EXPORT = Action(
    "reviews.export.read", READ_SCOPE, "Take out all that is one's own agency's.", case_level=True, system=True
)
DECISIONS = (LIST_DECISION_KINDS, LIST_DECISIONS, READ_DECISION)

ACTIONS: tuple[Action, ...] = (
    *incidents.ACTIONS,
    *practice_reviews.ACTIONS,
    *rapid_reviews.ACTIONS,
    *DECISIONS,
    VOTE,
    LIST_WAITS,
    EXPORT,
    *access_record.actions("reviews"),
    *keeping.actions("reviews"),
)

GRANTS: tuple[Grant, ...] = (
    *incidents.GRANTS,
    *practice_reviews.GRANTS,
    *rapid_reviews.GRANTS,
    *(Grant(role, DECISIONS, Scope.ALL, View.PSEUDONYMISED) for role in (*THREE, *OVERSEE)),
    *(Grant(role, (VOTE,), Scope.ALL, View.PSEUDONYMISED) for role in THREE),
    Grant(Role.BUSINESS_UNIT, (LIST_WAITS,), Scope.ALL, View.PSEUDONYMISED),
    *(Grant(role, (LIST_WAITS,), Scope.ASSIGNED, View.PSEUDONYMISED) for role in (Role.PANEL_MEMBER, Role.REVIEWER)),
    *(Grant(role, (LIST_WAITS,), Scope.OWN, View.PSEUDONYMISED) for role in (Role.AGENCY_LEAD, *THREE)),
    Grant(Role.AGENCY_LEAD, (EXPORT,), Scope.OWN, View.IDENTIFIED),
    *access_record.grants("reviews"),
    *keeping.grants("reviews"),
)
