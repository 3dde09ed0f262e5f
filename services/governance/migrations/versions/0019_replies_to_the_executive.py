"""What the Executive asks of a risk has a last day"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

OCCASIONS = (
    "action_assigned",
    "action_reminded",
    "action_update_asked",
    "action_drifting",
    "action_date_refused",
    "action_returned",
    "action_signed",
    "action_closed",
    "action_reopened",
    "challenge_made",
    "challenge_responded",
    "challenge_returned",
    "challenge_agreed",
    "challenge_overdue",
    "challenge_recheck_due",
    "challenge_succeeded",
    "challenge_passed_on",
    "challenge_closed",
    "risk_given",
    "risk_escalated",
    "risk_asked",
    "risk_reply_overdue",
    "risk_replied",
    "risk_answered",
    "risk_review_overdue",
    "explanation_asked",
    "explanation_overdue",
    "votes_asked",
    "votes_climbed",
    "votes_reminded",
    "votes_ended",
    "nobody_told",
)


def upgrade() -> None:
    """What the Executive asks of a risk has a last day"""
    op.add_column("risk", sa.Column("reply_due", sa.Date()), schema="governance")
    op.add_column("risk", sa.Column("reply_told_at", sa.DateTime(timezone=True)), schema="governance")
    listed = ", ".join(f"'{one}'" for one in OCCASIONS)
    op.drop_constraint(op.f("ck_letter_occasion"), "letter", schema="governance")
    op.create_check_constraint(op.f("ck_letter_occasion"), "letter", f"occasion IN ({listed})", schema="governance")
