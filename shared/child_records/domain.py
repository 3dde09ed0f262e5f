"""What a person decides about two children who are perhaps one, and what can be wrong when somebody asks who a child is."""

from enum import StrEnum

from shared.problems import Conflict, NotFound


class Verdict(StrEnum):
    """What a person decides about two children who are perhaps one."""

    CONFIRMED = "confirmed"
    REJECTED = "rejected"


class ChildNotFound(NotFound):
    """There is no such child, or no matter about it that the caller may see."""

    code = "child_not_found"


class MatchNotFound(NotFound):
    """There is no such match, or it arose in a matter of others."""

    code = "match_not_found"


class MatchDecided(Conflict):
    """Somebody has decided."""

    code = "match_decided"
    title = "This has been decided"


def must_be_open(verdict: str | None) -> None:
    """MatchDecided where a person has decided already."""
    if verdict:
        said = "one child" if verdict == Verdict.CONFIRMED else "two children"
        raise MatchDecided(f"Somebody has decided that these are {said}.")
