"""What a late answer owes, and which date may be promised."""

from datetime import datetime

from shared.problems import Invalid


def must_explain(due_at: datetime, now: datetime, overrun_reason: str | None) -> bool:
    """Whether the answer is late; on the due instant it is in time. Invalid where it is and no reason is given."""
    late = now > due_at
    if late and not overrun_reason:
        raise Invalid.field("overrun_reason", "missing", "The answer is late: give the reason, for the learning.")
    return late


def must_be_earlier(answer_by: datetime, due_at: datetime, now: datetime) -> None:
    """Invalid for a promise that is over already, or that is no earlier than the date that binds."""
    if answer_by <= now:
        raise Invalid.field("answer_by", "past", "The instant promised lies ahead.")
    if answer_by >= due_at:
        raise Invalid.field(
            "answer_by",
            "later",
            f"It is due by {due_at:%Y-%m-%dT%H:%MZ}: an earlier answer may be promised, never a later.",
        )
