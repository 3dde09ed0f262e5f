"""How a child is described without being named: bands, levels, and the kinds of number it is known by."""

from enum import StrEnum


class AgeBand(StrEnum):
    """A child's age, no closer than this."""

    UNBORN = "unborn"
    UNDER_1 = "under_1"
    FROM_1_TO_4 = "1_to_4"
    FROM_5_TO_9 = "5_to_9"
    FROM_10_TO_15 = "10_to_15"
    FROM_16_TO_17 = "16_to_17"
    FROM_18 = "18_and_over"
    NOT_RECORDED = "not_recorded"


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


class IdentifierType(StrEnum):
    """Which number a child is known by; the three partners number the same child differently."""

    NHS_NUMBER = "nhs_number"
    SOCIAL_CARE_ID = "social_care_id"
    UNIQUE_PUPIL_NUMBER = "unique_pupil_number"
    POLICE_ID = "police_id"
    OTHER = "other"


class Verdict(StrEnum):
    """What a person decides about two children who are perhaps one."""

    CONFIRMED = "confirmed"
    REJECTED = "rejected"


def highest(levels: list[Need]) -> Need:
    """The highest level of need of several children; of none, not recorded."""
    return max(levels, key=lambda level: level.rank, default=Need.NOT_RECORDED)
