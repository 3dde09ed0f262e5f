"""The kinds of outcome."""

from enum import StrEnum

from shared.joint_decisions.domain import Partner
from shared.problems import FieldError, Invalid


class Kind(StrEnum):
    """What came of a line of the agenda."""

    INFORMATION = "information"  # noted, and no more
    DECISION = "decision"  # recorded as the body's, which others cite
    ACTION = "action"  # proposed as the body's, to be agreed with its owner, date and measure


def check(kind: Kind, there: tuple[Partner, ...], dissenting: tuple[Partner, ...], *, names_decision: bool) -> None:
    """Invalid where what goes with a decision is said of something else, or somebody dissents who is not there."""
    errors = []
    if kind is not Kind.DECISION and (dissenting or names_decision):
        said = "Only a decision is about a record, stands in another's place, or has dissent."
        errors.append(FieldError("kind", "no_decision", said))
    if set(dissenting) - set(there):
        errors.append(FieldError("dissenting", "absent", "Who is not there does not dissent."))
    if errors:
        raise Invalid("The outcome cannot be so.", errors=errors)
