"""Who decides about an action that drifts, and what a decision needs."""

from uuid import UUID

from services.governance.actions.domain import Decision, OwnWork
from shared.problems import Conflict, Invalid


class NotDrifting(Conflict):
    """The action is in time and was not moved too often, so that there is nothing to decide."""

    code = "not_drifting"
    title = "The action does not drift"
    cure = "Nothing to do."


def check_decision(decision: Decision, body_id: str | None) -> None:
    """Invalid where an escalation names no body, or anything else names one."""
    if decision is Decision.ESCALATE and body_id is None:
        raise Invalid.field("body_id", "missing", "Name the body that takes it up.")
    if decision is not Decision.ESCALATE and body_id is not None:
        raise Invalid.field("body_id", "not_escalated", "Only an escalation goes to another body.")


def must_not_own(subject: str, owner_id: UUID | None) -> None:
    """OwnWork where the owner would decide about her own delay."""
    if subject == str(owner_id):
        raise OwnWork("The action is yours: somebody else decides about its delay.")
