"""The levels at which agencies act towards each other."""

from enum import StrEnum


class Seniority(StrEnum):
    """The level at which both sides act; the order of the list is the order of rank."""

    PRACTITIONER = "practitioner"
    TEAM_MANAGER = "team_manager"
    SENIOR_MANAGER = "senior_manager"
    DIRECTOR = "director"
    CHIEF_OFFICER = "chief_officer"

    @property
    def rank(self) -> int:
        """Greater is more senior."""
        return list(Seniority).index(self)
