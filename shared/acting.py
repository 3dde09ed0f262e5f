"""Who changes a record, how far their grants reach, and which version they read: what a command is told of its caller; pure."""

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from shared.policy import Principal, Reach, Scope, View
from shared.problems import Forbidden


class NotYourAgency(Forbidden):
    """The record is, or would be, another agency's."""

    code = "not_your_agency"
    title = "This is another agency's"
    cure = "Act for your own, or be delegated."


class OwnSeat(Forbidden):
    """Somebody would give herself a seat, and with it what the seat may see and decide."""

    code = "own_seat"
    title = "Nobody gives herself a seat"
    cure = "A colleague who gives seats gives it."


class Actor(Protocol):
    """Whoever does something, as a history names them."""

    @property
    def subject(self) -> str:
        """A person, a client, or what did it where nobody did."""

    @property
    def agency_id(self) -> str | None:
        """Of which agency; None where nobody did it."""


@dataclass(frozen=True, slots=True)
class By:
    """Who changes what, how far their grants reach, and which version they read."""

    principal: Principal | None
    reach: Reach
    if_match: str | None = None
    otherwise: str = "load"

    @property
    def subject(self) -> str:
        """Who it was: a person, a client, or what did it where nobody did."""
        return self.principal.subject if self.principal else self.otherwise

    @property
    def agency_id(self) -> str | None:
        """Of which agency; what was done for another agency stands on that one's own record."""
        return self.principal.agency_id if self.principal else None

    def must_reach(self, agency_id: str) -> None:
        """NotYourAgency where the grants do not reach this agency's records."""
        own = self.principal.agencies if self.principal else ()
        if not (self.reach.view(Scope.ALL) or (self.reach.view(Scope.OWN) and agency_id in own)):
            raise NotYourAgency(f"You may do this for your own agency, and {agency_id} is not.")

    def must_seat_another(self, person_id: UUID) -> None:
        """OwnSeat where the person is the caller herself."""
        if self.subject == str(person_id):
            raise OwnSeat("Ask a colleague: whoever gives seats takes none of them by her own hand.")


_EVERYTHING = Reach(((Scope.ALL, View.ANONYMISED),))
LOADED = By(None, _EVERYTHING)
AS_RULED = By(None, _EVERYTHING, otherwise="rule")  # it follows from the end of something else
BY_LINK = By(None, _EVERYTHING, otherwise="link")  # the link in a letter is the proof; who followed it is not known
