"""What adopting terms of reference needs, and when they are to be reviewed."""

from dataclasses import dataclass
from datetime import date

from shared.days import months_later
from shared.problems import FieldError, Invalid


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """After how many months terms of reference are reviewed, by which version of the rule."""

    rule: str
    months: int

    def due_on(self, adopted_on: date) -> date:
        """The day by which terms adopted on a day are to be reviewed."""
        return months_later(adopted_on, self.months)


def check(adopted_on: date, day: date, before: date | None) -> None:
    """Invalid where they would be adopted in the future, or before those that they follow."""
    errors = []
    if adopted_on > day:
        errors.append(FieldError("adopted_on", "future", "They are recorded once they have been adopted."))
    if before and adopted_on <= before:
        errors.append(
            FieldError("adopted_on", "order", f"Those before were adopted on {before}: a later day follows them.")
        )
    if errors:
        raise Invalid("The terms of reference cannot be so.", errors=errors)


def is_overdue(review_due_on: date | None, followed: bool, day: date) -> bool:
    """Whether the body's last terms of reference should have been reviewed by now."""
    return not followed and review_due_on is not None and review_due_on < day
