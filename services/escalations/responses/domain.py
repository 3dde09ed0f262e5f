"""What a late answer owes."""

from datetime import datetime

from shared.problems import Invalid


def must_explain(due_at: datetime, now: datetime, overrun_reason: str | None) -> bool:
    """Whether the answer is late; on the due instant it is in time. Invalid where it is and no reason is given."""
    late = now > due_at
    if late and not overrun_reason:
        raise Invalid.field("overrun_reason", "missing", "The answer is late: give the reason, for the learning.")
    return late
