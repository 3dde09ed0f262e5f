"""How a member of a panel stands: named, and clear or conflicted by her own word; who conflicts does not chair."""

from enum import StrEnum

from shared.problems import Conflict, Forbidden


class Seat(StrEnum):
    """As what somebody sits on a case's panel."""

    CHAIR = "chair"
    MEMBER = "member"
    ADVISER = "adviser"


class Status(StrEnum):
    """What is known of a member's conflicts."""

    NAMED = "named"  # nothing is declared yet
    CLEAR = "clear"
    CONFLICTED = "conflicted"  # she stays, is shown as such, and does not chair
    RELEASED = "released"


class Do(StrEnum):
    """What is done about a member."""

    CLEAR = "clear"
    CONFLICT = "conflict"
    CHAIR = "chair"
    RELEASE = "release"


S, D = Status, Do
TRANSITIONS: dict[tuple[Status, Do], Status] = {
    (S.NAMED, D.CLEAR): S.CLEAR,
    (S.NAMED, D.CONFLICT): S.CONFLICTED,
    (S.NAMED, D.RELEASE): S.RELEASED,
    (S.CLEAR, D.CONFLICT): S.CONFLICTED,
    (S.CLEAR, D.CHAIR): S.CLEAR,
    (S.CLEAR, D.RELEASE): S.RELEASED,
    (S.CONFLICTED, D.CLEAR): S.CLEAR,
    (S.CONFLICTED, D.RELEASE): S.RELEASED,
}


class MayNotChair(Conflict):
    """The member has declared a conflict, or nothing yet; whoever chairs has declared that nothing conflicts."""

    code = "may_not_chair"
    title = "This member may not chair"
    cure = "Have another chair, or her declare."


class MemberOver(Conflict):
    """The member has been let go, or this has been said."""

    code = "member_over"
    title = "Not possible for this member"
    cure = "Read the panel."


class NotYourself(Forbidden):
    """Each member declares her own conflicts."""

    code = "not_yourself"
    title = "Another member says this"
    cure = "She declares them herself."


def step(status: Status, do: Do) -> Status:
    """The status after `do`. MayNotChair, MemberOver where the table has no such transition."""
    try:
        return TRANSITIONS[status, do]
    except KeyError:
        if do is Do.CHAIR and status is not Status.RELEASED:
            reason = "has declared a conflict" if status is Status.CONFLICTED else "has not declared yet what conflicts"
            raise MayNotChair(f"This member {reason}; who chairs has declared that nothing does.") from None
        raise MemberOver(f"This member is {status}, so this cannot be: {do}.") from None
