"""What a course is, who may ask for one, and on which days it is offered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from shared.problems import Conflict, FieldError, Invalid


class Mode(StrEnum):
    """How a course reaches whoever takes it."""

    IN_PERSON = "in_person"
    ONLINE = "online"
    E_LEARNING = "e_learning"  # taken alone, at any time: it has no sessions


class Asker(StrEnum):
    """The nouns that ask for training; what a course follows from is one of their records."""

    LEARNING_POINT = "reviews.learning_point"
    RECOMMENDATION = "reviews.recommendation"
    ESCALATION_LEARNING = "escalations.learning"
    ACTION = "governance.action"


class Standing(StrEnum):
    """How a course stands on a day."""

    PLANNED = "planned"
    CURRENT = "current"
    ENDED = "ended"


class CourseEnded(Conflict):
    """The course is offered no more."""

    code = "course_ended"
    title = "The course has ended"
    cure = "Add a new one."


class NotOffered(Conflict):
    """The course is not offered on that day, or is e-learning, which has no sessions."""

    code = "course_not_offered"
    title = "The course is not offered then"
    cure = "Change its days, or the session's."


@dataclass(frozen=True, slots=True)
class Offered:
    """The days on which a course is offered, both included; open where a day is None."""

    first: date | None
    last: date | None

    def standing(self, day: date) -> Standing:
        """Whether it is to come, offered, or over on a day."""
        if self.first and day < self.first:
            return Standing.PLANNED
        return Standing.ENDED if self.last and self.last < day else Standing.CURRENT


def check(course: Mapping[str, Any]) -> None:
    """Invalid with every fault of a course by itself."""
    first, last = course["effective_from"], course["effective_to"]
    errors = []
    if first and last and last < first:
        errors.append(FieldError("effective_to", "order", "The last day comes before the first."))
    if course["level"] and not course["framework"]:
        errors.append(FieldError("framework", "missing", "A level is one of a framework's: name the framework."))
    if errors:
        raise Invalid("The course cannot be offered so.", errors=errors)


def check_causes(types: Sequence[str]) -> None:
    """Invalid where a course is said to follow from what asks for no training."""
    askers = ", ".join(Asker)
    errors = [
        FieldError(f"causes.{place}.type", "asks_for_no_training", f"Training is asked for by: {askers}.")
        for place, one in enumerate(types)
        if one not in set(Asker)
    ]
    if errors:
        raise Invalid("A course follows from learning, a recommendation or an action.", errors=errors)


def must_stand(offered: Offered, day: date) -> None:
    """CourseEnded where nothing more can be done to it."""
    if offered.standing(day) is Standing.ENDED:
        raise CourseEnded(f"It ended on {offered.last}.")


def must_be_offered(mode: Mode, offered: Offered, day: date) -> None:
    """NotOffered where no session of it can be on that day."""
    if mode is Mode.E_LEARNING:
        raise NotOffered("It is taken alone, at any time: plan sessions of a course in person or online.")
    if offered.standing(day) is not Standing.CURRENT:
        days = f"from {offered.first or 'ever'} to {offered.last or 'further notice'}"
        raise NotOffered(f"It is offered {days}, and {day} is outside of that: change its days first.")


def check_end(offered: Offered, last: date, day: date) -> None:
    """Invalid for a last day before the first, or in the past; CourseEnded where it is over."""
    must_stand(offered, day)
    if last < max(day, offered.first or date.min):
        raise Invalid.field(
            "effective_to", "too_early", "The last day is today at the earliest, and not before the first."
        )
    if offered.last and last >= offered.last:
        raise Invalid.field("effective_to", "not_earlier", f"It ends on {offered.last} anyway.")
