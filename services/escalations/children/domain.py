"""What is said of a child besides its age: the level of need, and what surrounds it."""

from enum import StrEnum


class Need(StrEnum):
    """Level of need, from lowest to highest."""

    NOT_RECORDED = "not_recorded"
    UNIVERSAL = "universal"
    TARGETED = "targeted"
    COMPLEX = "complex"
    SPECIALIST = "specialist"

    @property
    def rank(self) -> int:
        """Greater is higher; not recorded is lowest."""
        return list(Need).index(self)


class Surrounding(StrEnum):
    """What in law or practice surrounds the child besides the level of need."""

    CHILD_PROTECTION = "child_protection"
    CARED_FOR = "cared_for"
    CARE_LEAVER = "care_leaver"
    PRE_BIRTH = "pre_birth"


def highest(levels: list[Need]) -> Need:
    """The highest level of need of several children; of none, not recorded."""
    return max(levels, key=lambda level: level.rank, default=Need.NOT_RECORDED)
