"""What a learning point is about, whether it is learning or good practice, and how it is taken back."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from shared.moves import moved


class Theme(StrEnum):
    """What learning and recommendations are about: the words by which they are counted."""

    CHILD_VOICE = "child_voice"
    CONTEXTUAL_SAFEGUARDING = "contextual_safeguarding"
    DOMESTIC_ABUSE = "domestic_abuse"
    EARLY_HELP = "early_help"
    ESCALATION = "escalation"
    EXPLOITATION = "exploitation"
    FATHERS = "fathers"
    HEALTH = "health"
    INFORMATION_SHARING = "information_sharing"
    MENTAL_HEALTH = "mental_health"
    NEGLECT = "neglect"
    OVERSIGHT = "oversight"
    PHYSICAL_ABUSE = "physical_abuse"
    PLANNING = "planning"
    PREVENTION = "prevention"
    ROLES = "roles"
    SAFE_SLEEP = "safe_sleep"
    SELF_HARM = "self_harm"
    SEXUAL_ABUSE = "sexual_abuse"
    SUBSTANCE_MISUSE = "substance_misuse"
    SUPERVISION = "supervision"
    THRESHOLDS = "thresholds"
    TRANSITION = "transition"
    WORKFORCE = "workforce"
    OTHER = "other"


class Kind(StrEnum):
    """Whether something is to be done otherwise, or again."""

    LEARNING = "learning"
    GOOD_PRACTICE = "good_practice"


class Status(StrEnum):
    """Where a learning point stands."""

    DRAWN = "drawn"
    WITHDRAWN = "withdrawn"


class Do(StrEnum):
    """What can be done to a learning point; the same word in the URL and the command."""

    DRAW = "draw"
    WITHDRAW = "withdraw"


TRANSITIONS: dict[tuple[Status, Do], Status] = {(Status.DRAWN, Do.WITHDRAW): Status.WITHDRAWN}


@dataclass(frozen=True, slots=True)
class Origin:
    """The review from which something is: a practice review, a rapid review, or one that was published elsewhere."""

    practice_review_id: UUID | None = None
    rapid_review_id: UUID | None = None
    national_review_id: UUID | None = None


def step(status: Status, do: Do) -> Status:
    """The status after `do`. NotNow where the table has no such transition; it says what is possible."""
    return moved(TRANSITIONS, status, do, "This learning point")
