"""What is counted of a plan, and in which words; pure.

A percentage says nothing without its denominator: a plan was once published as 82 % complete, and nobody can say of what.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from services.governance.actions.domain import RUNNING, Status

# What is agreed and stands: neither a proposal, nor declined, nor replaced by another.
COUNTED = frozenset({*RUNNING, Status.CLOSED})
DENOMINATOR = (
    "All actions of the plan that have been agreed: proposals, what was not accepted and what another action has replaced "
    "are not counted."
)
DEFINITIONS = {
    "closed": "Closed: activity and impact are both signed, by different people of different agencies, and it is closed.",
    "phase_1": "The activity is signed as complete, and moderated where the rules want it; nothing of that has been reopened.",
    "phase_2": "Figures and voices were signed as showing that practice has improved; closed or about to be.",
}


@dataclass(frozen=True, slots=True)
class Standing:
    """How one action stands, as far as progress is concerned."""

    area_code: str | None
    status: Status
    phase_1: bool
    overdue: bool
    drifting: bool
    stale: bool

    @property
    def phase_2(self) -> bool:
        """Whether impact is signed."""
        return self.status in {Status.IMPACT_SIGNED, Status.CLOSED}


@dataclass(frozen=True, slots=True)
class Share:
    """A count over its denominator; no percentage of nothing."""

    count: int
    of: int

    @property
    def percent(self) -> float | None:
        """In per cent, to one decimal."""
        return round(100 * self.count / self.of, 1) if self.of else None


@dataclass(frozen=True, slots=True)
class Figures:
    """What is counted of a plan, or of one of its areas."""

    closed: Share
    phase_1: Share
    phase_2: Share
    proposed: int
    not_accepted: int
    superseded: int
    overdue: int
    drifting: int
    stale: int


def figures(actions: Iterable[Standing]) -> Figures:
    """Count them."""
    known = list(actions)
    counted = [one for one in known if one.status in COUNTED]

    def share(name: str) -> Share:
        return Share(sum(bool(getattr(one, name)) for one in counted), len(counted))

    def standing(status: Status) -> int:
        return sum(one.status is status for one in known)

    return Figures(
        closed=Share(sum(one.status is Status.CLOSED for one in counted), len(counted)),
        phase_1=share("phase_1"),
        phase_2=share("phase_2"),
        proposed=standing(Status.PROPOSED),
        not_accepted=standing(Status.NOT_ACCEPTED),
        superseded=standing(Status.SUPERSEDED),
        overdue=sum(one.overdue for one in counted),
        drifting=sum(one.drifting for one in counted),
        stale=sum(one.stale for one in counted),
    )


def sentence(found: Figures) -> str:
    """The plan in one sentence."""
    if not found.closed.of:
        waiting = f"; {found.proposed} proposed" if found.proposed else ""
        return f"No action of this plan is agreed yet{waiting}: there is nothing of which a share could be complete."
    late = f"; {found.overdue} overdue, {found.drifting} drifting" if found.drifting else ""
    closed = "is closed with its" if found.closed.count == 1 else "are closed with their"
    signed = "has its" if found.phase_1.count == 1 else "have their"
    return (
        f"{found.closed.count} of {found.closed.of} agreed actions {closed} impact signed "
        f"({found.closed.percent:g} %); {found.phase_1.count} {signed} activity signed{late}."
    )
