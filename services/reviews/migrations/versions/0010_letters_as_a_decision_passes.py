"""Letters as a decision passes to the chiefs"""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

OCCASIONS = (
    "return_asked",
    "return_asked_again",
    "panel_named",
    "votes_asked",
    "votes_climbed",
    "votes_reminded",
    "facts_asked",
    "facts_silent",
    "briefing_sent",
    "briefing_asked_again",
    "referral_decided",
    "notification_overdue",
    "rapid_review_overdue",
    "publication_overdue",
    "hold_overdue",
    "year_ended",
    "national_review_asked",
    "nobody_told",
)


def upgrade() -> None:
    """Letters as a decision passes to the chiefs"""
    listed = ", ".join(f"'{one}'" for one in OCCASIONS)
    op.drop_constraint(op.f("ck_letter_occasion"), "letter", schema="reviews")
    op.create_check_constraint(op.f("ck_letter_occasion"), "letter", f"occasion IN ({listed})", schema="reviews")
