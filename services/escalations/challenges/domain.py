"""What makes a challenge contradict itself."""

from collections.abc import Sequence
from datetime import date, datetime

from services.escalations.escalations.domain import SAFETY_ACTION
from services.escalations.ladders.domain import Kind, Priority
from shared.child_records.domain import misreadings, of_two
from shared.days import today
from shared.problems import Conflict, FieldError, Invalid


class NotQuarantined(Conflict):
    """The text is in no quarantine."""

    code = "not_quarantined"
    title = "The text is not in quarantine"
    cure = "Nothing to do."


def check_raised(
    *,
    now: datetime,
    earliest: date,
    kind: Kind,
    raised_at: datetime,
    decision_date: date | None,
    disputed_until: datetime | None,
    raising_agency_id: str,
    receiving_agency_id: str | None,
    priority: Priority,
    says_why: bool,
    safety_action: str | None,
    numbers: Sequence[Sequence[tuple[str, str]]],
    themes: Sequence[str],
) -> None:
    """Refuse a challenge whose facts contradict each other. Invalid lists every field that is wrong.

    `disputed_until` is how long a decision of that day can be disputed; None where no day is given. `numbers` are those of
    each child; for one at immediate risk they are taken as they are, and shown as misread.
    """
    errors: list[FieldError] = []
    if today(raised_at) <= earliest:
        errors.append(
            FieldError("raised_at", "too_early", f"A challenge is raised after {earliest}, where the calendar begins.")
        )
    if raised_at > now:
        errors.append(FieldError("raised_at", "in_the_future", "A challenge is raised now or before now."))
    if decision_date and decision_date > today(raised_at):
        errors.append(
            FieldError("decision_date", "after_raising", "The decision disputed was taken before the challenge.")
        )
    if disputed_until and disputed_until < raised_at:
        message = "This decision is too old to be disputed. Check the year; or give the day on which it was last confirmed, or none."
        errors.append(FieldError("decision_date", "too_early", message))
    if (kind is Kind.PRACTICE_ALERT) != (raising_agency_id == receiving_agency_id):
        message = (
            "A practice alert stays inside one agency: receiving and raising agency are the same."
            if kind is Kind.PRACTICE_ALERT
            else "A challenge goes to another agency; inside one's own it is a practice alert."
        )
        errors.append(FieldError("receiving_agency_id", "same_agency", message))
    if priority is Priority.URGENT and not says_why:
        message = "Say why it cannot wait as long as a standard one: the other agency has less time to answer."
        errors.append(FieldError("priority_reason", "missing", message))
    if priority is Priority.IMMEDIATE and not safety_action:
        errors.append(SAFETY_ACTION)
    if priority is not Priority.IMMEDIATE:
        for index, given in enumerate(numbers):
            at = f"children.{index}.identifiers"
            errors += [*misreadings(at, given), *of_two(at, given)]
    if len(set(themes)) != len(themes):
        errors.append(
            FieldError("secondary_themes", "repeated", "Name each theme once; the primary one is not secondary.")
        )
    if errors:
        raise Invalid("The challenge contradicts itself; each field is listed.", errors=errors)
