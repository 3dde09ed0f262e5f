"""Who holds what a law wants kept, and who sees what is due: the same in every service with records about children; data only.

The business unit keeps the schedule for the partnership; an agency's lead may hold what her own agency is a party to.
"""

from dataclasses import dataclass

from shared.policy.model import Action, Grant, Scope, View
from shared.policy.roles import Role


@dataclass(frozen=True)
class Actions:
    """The actions in one service."""

    service: str

    def _action(self, name: str, about: str, kind: str = "read") -> Action:
        return Action(f"{self.service}.{name}", f"{self.service}.{kind}", about, case_level=True)

    @property
    def list_records(self) -> Action:
        """See what is due."""
        return self._action("retention.list", "See until when records are kept, and what is due or held.")

    @property
    def list_holds(self) -> Action:
        """See the holds."""
        return self._action("legal_hold.list", "List legal holds.")

    @property
    def read(self) -> Action:
        """See one."""
        return self._action("legal_hold.read", "Read one legal hold.")

    @property
    def place(self) -> Action:
        """Begin one."""
        return self._action("legal_hold.place", "Place a legal hold on a matter.", "write")

    @property
    def review(self) -> Action:
        """Go on with one."""
        return self._action("legal_hold.review", "Say that a legal hold lasts.", "write")

    @property
    def lift(self) -> Action:
        """End one."""
        return self._action("legal_hold.lift", "Lift a legal hold that one's own agency placed.", "write")


def actions(service: str) -> tuple[Action, ...]:
    """All of them."""
    may = Actions(service)
    return may.list_records, may.list_holds, may.read, may.place, may.review, may.lift


def grants(service: str) -> tuple[Grant, ...]:
    """Who may."""
    may = Actions(service)
    see, do = (may.list_holds, may.read), (may.place, may.review, may.lift)
    return (
        Grant(Role.BUSINESS_UNIT, (may.list_records, *see, *do), Scope.ALL, View.PSEUDONYMISED),
        Grant(Role.AGENCY_LEAD, (*see, *do), Scope.OWN, View.PSEUDONYMISED),
        *(
            Grant(role, (may.list_records, *see), Scope.ALL, View.PSEUDONYMISED)
            for role in (Role.SCRUTINEER, Role.INSPECTOR)
        ),
    )
