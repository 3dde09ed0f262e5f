"""How a learning point moves, who takes it on which route, and until when."""

from datetime import date, datetime
from enum import StrEnum

from shared.days import today
from shared.moves import moved
from shared.policy import Principal, Role
from shared.problems import FieldError, Forbidden, Invalid


class Route(StrEnum):
    """Where a learning point goes; `none` says that somebody looked and found nothing to learn."""

    NONE = "none"
    SINGLE_AGENCY = "single_agency"
    TRAINING = "training"
    POLICY = "policy"
    AUDIT_TOPIC = "audit_topic"
    LI_AGENDA = "li_agenda"
    EXECUTIVE = "executive"
    RISK_REGISTER = "risk_register"
    POSSIBLE_REVIEW = "possible_review"


class Status(StrEnum):
    """Where a learning point stands."""

    NO_LEARNING = "no_learning"
    RECORDED = "recorded"
    TAKEN = "taken"
    CLOSED = "closed"


class Do(StrEnum):
    """What can be done to a learning point; the same word in the URL, the command and the history."""

    DRAW = "draw"
    ROUTE = "route"
    TAKE = "take"
    CLOSE = "close"
    SUCCEED = "succeed"  # nobody does it: the owning agency has ended


TRANSITIONS: dict[tuple[Status, Do], Status] = {
    (Status.RECORDED, Do.ROUTE): Status.RECORDED,
    (Status.RECORDED, Do.TAKE): Status.TAKEN,
    (Status.TAKEN, Do.CLOSE): Status.CLOSED,
}

# Besides them the owning agency's lead takes what is its agency's, and the business unit enters what a body has taken.
TAKERS: dict[Route, frozenset[Role]] = {
    Route.NONE: frozenset(),
    Route.SINGLE_AGENCY: frozenset(),
    Route.TRAINING: frozenset({Role.TRAINING_MANAGER, Role.BUSINESS_UNIT}),
    Route.POLICY: frozenset({Role.LI_MEMBER, Role.BUSINESS_UNIT}),
    Route.AUDIT_TOPIC: frozenset({Role.QA_MEMBER, Role.BUSINESS_UNIT}),
    Route.LI_AGENDA: frozenset({Role.LI_MEMBER, Role.BUSINESS_UNIT}),
    Route.EXECUTIVE: frozenset({Role.EXECUTIVE_MEMBER, Role.DELEGATED_PARTNER, Role.BUSINESS_UNIT}),
    Route.RISK_REGISTER: frozenset({Role.LI_MEMBER, Role.EXECUTIVE_MEMBER, Role.BUSINESS_UNIT}),
    Route.POSSIBLE_REVIEW: frozenset({Role.DELEGATED_PARTNER, Role.LI_MEMBER, Role.BUSINESS_UNIT}),
}


class NotYours(Forbidden):
    """The learning point goes to somebody else."""

    code = "not_your_learning"
    title = "Others take this learning"
    cure = "They take it."


def step(status: Status, do: Do) -> Status:
    """The status after `do`. NotNow where the table has no such transition; it says what is possible."""
    return moved(TRANSITIONS, status, do, "This learning point")


def must_take(route: Route, owner_agency_id: str | None, principal: Principal) -> None:
    """Refuse who neither leads the agency that owns the point nor holds a role to which its route leads."""
    if Role.AGENCY_LEAD in principal.roles and owner_agency_id in principal.agencies:
        return
    if not TAKERS[route] & principal.roles:
        takers = sorted(TAKERS[route]) + ([f"agency_lead of {owner_agency_id}"] if owner_agency_id else [])
        raise NotYours(f"Learning for {route.replace('_', ' ')} is taken, and closed, by: {', '.join(takers)}.")


def check_owner(route: Route, owner_agency_id: str | None, owner_body_id: str | None) -> None:
    """Refuse an owner that the route does not go with: one agency owns what is one agency's, nobody what is nothing."""
    errors = []
    if owner_agency_id and owner_body_id:
        errors.append(FieldError("owner_body_id", "two_owners", "An agency owns it, or a body; not both."))
    if route is Route.SINGLE_AGENCY and not owner_agency_id:
        errors.append(FieldError("owner_agency_id", "missing", "Name the agency whose learning this is."))
    if route is Route.NONE and (owner_agency_id or owner_body_id):
        errors.append(FieldError("route", "none", "Where there is nothing to learn, nobody owns it."))
    if errors:
        raise Invalid("The owner does not go with the route.", errors=errors)


def take_by(rule_day: date, wanted: date | None, now: datetime) -> date:
    """The day until which the point is to be taken: the rule's, or an earlier one that was asked for."""
    if wanted is None:
        return rule_day
    if wanted > rule_day:
        raise Invalid.field(
            "take_by", "later", f"The rule gives {rule_day}; an earlier day may be set, never a later one."
        )
    if wanted < today(now):
        raise Invalid.field("take_by", "past", "The day lies ahead, or is today.")
    return wanted


def is_late(last_day: date | None, now: datetime) -> bool:
    """Whether the day is over."""
    return last_day is not None and today(now) > last_day
