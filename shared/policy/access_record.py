"""Who may look into a service's access record: the same in every service; data only.

An agency sees what its own people and systems were shown. The signed heads tell nothing but a number and a hash; whoever
keeps them can prove that nothing which was sealed has been changed or taken away.
"""

from shared.policy.model import Action, Grant, Scope, View
from shared.policy.roles import Role


def list_entries(service: str) -> Action:
    """The action of reading entries."""
    about = "See what one's own agency's people and systems were shown, or refused, with the proof of each."
    return Action(f"{service}.access_record.list", f"{service}.read", about)


def check(service: str) -> Action:
    """The action of reading heads."""
    about = "See the signed heads of the access record, and prove one from another."
    return Action(f"{service}.access_record.check", f"{service}.read", about, system=True)


def actions(service: str) -> tuple[Action, ...]:
    """Both."""
    return list_entries(service), check(service)


def grants(service: str) -> tuple[Grant, ...]:
    """Who may."""
    return (
        Grant(Role.AGENCY_LEAD, (list_entries(service),), Scope.OWN, View.IDENTIFIED),
        Grant(Role.INSPECTOR, (list_entries(service),), Scope.ALL, View.IDENTIFIED),
        *(Grant(role, (check(service),), Scope.ALL, View.ANONYMISED) for role in Role),
    )
