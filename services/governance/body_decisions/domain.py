"""What a body's decision is, which statutory partners it needs, and when one may stand in another's place."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from services.governance.bodies.domain import Body
from services.governance.memberships.domain import Seat
from services.governance.terms.domain import Standing
from shared.joint_decisions.domain import Partner
from shared.problems import Conflict, FieldError, Invalid

REFERENCE = "DEC"


class How(StrEnum):
    """How a body came to a decision."""

    MEETING = "meeting"
    CORRESPONDENCE = "correspondence"  # between two meetings; it comes to the next agenda by itself


class OnMissing(StrEnum):
    """What follows where a statutory partner who is needed is missing."""

    REFUSE = "refuse"
    NOTE = "note"


class Inquorate(Conflict):
    """A statutory partner without whom the body does not decide is missing."""

    code = "inquorate"
    title = "The body is not quorate"
    cure = "Meet again, or decide by correspondence, where each agrees."


class AlreadySuperseded(Conflict):
    """Another decision stands in its place already."""

    code = "already_superseded"
    title = "A later decision stands already"
    cure = "Supersede that one."


@dataclass(frozen=True, slots=True, kw_only=True)
class Quorum:
    """Which statutory partners a body needs in order to decide, by which version of the rule."""

    rule: str
    needed: tuple[Partner, ...]
    on_missing: OnMissing
    seats: frozenset[Seat]  # by which a partner is there

    def missing(self, there: Collection[Partner]) -> tuple[Partner, ...]:
        """Those who are needed and not there."""
        return tuple(partner for partner in self.needed if partner not in there)

    def check(self, there: Collection[Partner], what: str) -> None:
        """Inquorate, with who is missing, where the rule asks for them; `what` they would have done."""
        missing = self.missing(there)
        if missing and self.on_missing is OnMissing.REFUSE:
            raise Inquorate(f"Without {listed(missing)} there is no decision: each of the three must have {what}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A decision as it was taken."""

    how: How
    taken_on: date
    present: tuple[Partner, ...]
    agreed: tuple[Partner, ...]
    supersedes: UUID | None = None

    def check(self, body: Body, day: date, earlier: "Taken | None") -> None:
        """Invalid with every fault of a decision of this body, entered on `day`, in the place of an `earlier` one."""
        found = []
        if self.taken_on > day:
            found.append(FieldError("taken_on", "future", "A decision is recorded once it has been taken."))
        elif body.term.standing(self.taken_on) is not Standing.CURRENT:
            found.append(FieldError("taken_on", "no_body", f"{body.name} did not exist on {self.taken_on}."))
        if self.how is How.CORRESPONDENCE and self.present:
            said = "Nobody is present where a body decides by correspondence: name who agreed."
            found.append(FieldError("partners_present", "correspondence", said))
        if self.how is How.MEETING and set(self.agreed) - set(self.present):
            found.append(FieldError("partners_agreed", "absent", "Who was not present agreed to nothing there."))
        if earlier and earlier.taken_on > self.taken_on:
            said = f"It was taken on {earlier.taken_on}: a later decision stands in its place, never an earlier one."
            found.append(FieldError("supersedes", "later", said))
        if found:
            raise Invalid("The decision cannot be so.", errors=found)

    def check_quorum(self, quorum: Quorum) -> None:
        """Inquorate where a partner who is needed was not there; by correspondence, where she has not agreed."""
        if self.how is How.MEETING:
            quorum.check(self.present, "been present")
        else:
            quorum.check(self.agreed, "agreed")

    def missing(self, quorum: Quorum) -> tuple[Partner, ...]:
        """The partners who were needed and not there, or did not agree by correspondence."""
        return quorum.missing(self.present if self.how is How.MEETING else self.agreed)


NAMES = {Partner.COUNCIL: "the council", Partner.ICB: "the ICB", Partner.POLICE: "the police"}


def listed(partners: Collection[Partner]) -> str:
    """Partners as a sentence names them: `the council and the police`."""
    names = [NAMES[partner] for partner in partners]
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
