"""The words of the policy: who is calling, what an action is, and what a grant gives."""

from dataclasses import dataclass
from enum import StrEnum

from shared.policy.agency_types import AgencyType
from shared.policy.roles import Role


class Access(StrEnum):
    """Whether a person is present, or a system acts alone."""

    USER = "user"
    APPLICATION = "application"


class Scope(StrEnum):
    """Which rows a grant reaches."""

    OWN = "own"  # my agency, or one that I act for, is party
    BODY = "body"  # a body on which I sit owns or oversees it
    ASSIGNED = "assigned"  # I am named on it
    ALL = "all"


class View(StrEnum):
    """How much of a row a grant shows."""

    ANONYMISED = "anonymised"
    PSEUDONYMISED = "pseudonymised"
    IDENTIFIED = "identified"

    @property
    def width(self) -> int:
        """Greater is wider."""
        return _WIDTH[self]


_WIDTH = {View.ANONYMISED: 1, View.PSEUDONYMISED: 2, View.IDENTIFIED: 3}


@dataclass(frozen=True)
class Action:
    """One thing that can be done: `<service>.<noun>.<verb>`.

    `scope` is the OAuth scope that a token needs. `case_level` rows are about a child: every one shown is recorded.
    `system` says whether a system may do it with no person present.
    """

    name: str
    scope: str
    about: str
    case_level: bool = False
    system: bool = False

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True)
class Grant:
    """A role's permission: these actions, on the rows of this scope, with this view."""

    role: Role
    actions: tuple[Action, ...]
    scope: Scope
    view: View


@dataclass(frozen=True, slots=True)
class Principal:
    """Who is calling, as the verified access token says."""

    subject: str
    client_id: str
    agency_id: str
    agency_type: AgencyType
    roles: frozenset[Role]
    scopes: frozenset[str]
    access: Access
    acting_for: tuple[str, ...] = ()

    @property
    def agencies(self) -> tuple[str, ...]:
        """The agencies whose rows are `own`: the principal's, and those it acts for under a dated delegation."""
        return (self.agency_id, *self.acting_for)


@dataclass(frozen=True, slots=True)
class Reach:
    """What one principal's grants reach for one action: the widest view in each row scope."""

    views: tuple[tuple[Scope, View], ...]

    def view(self, scope: Scope) -> View | None:
        """The widest view in that row scope, or None where nothing is granted."""
        return next((view for reached, view in self.views if reached is scope), None)
