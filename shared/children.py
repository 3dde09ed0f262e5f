"""How a child is described without being named: a band of ages, and the numbers it is known by; pure."""

import unicodedata
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


class IdentifierType(StrEnum):
    """Which number a child is known by; the three partners number the same child differently."""

    NHS_NUMBER = "nhs_number"
    SOCIAL_CARE_ID = "social_care_id"
    UNIQUE_PUPIL_NUMBER = "unique_pupil_number"
    POLICE_ID = "police_id"
    OTHER = "other"


def normal(identifier: str) -> str:
    """An identifier without the blanks, dashes and cases in which people write it differently."""
    folded = unicodedata.normalize("NFKC", identifier).upper()
    return "".join(character for character in folded if character.isalnum())
