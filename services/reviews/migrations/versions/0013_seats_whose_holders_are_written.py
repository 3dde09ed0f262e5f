"""Seats whose holders are written to"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


OCCASIONS = (
    "return_asked",
    "return_asked_again",
    "return_silent",
    "panel_named",
    "votes_asked",
    "votes_climbed",
    "votes_reminded",
    "votes_ended",
    "facts_asked",
    "facts_silent",
    "briefing_sent",
    "briefing_asked_again",
    "briefing_silent",
    "case_referred",
    "referral_decided",
    "notification_overdue",
    "rapid_review_opened",
    "rapid_review_overdue",
    "publication_overdue",
    "hold_overdue",
    "year_ended",
    "national_review_asked",
    "national_review_asked_again",
    "national_review_silent",
    "nobody_told",
)


def upgrade() -> None:
    """Seats whose holders are written to"""
    op.create_table(
        "seat",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("agency_id", sa.Text(), nullable=False),
        sa.Column("roles", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seat")),
        schema="reviews",
    )
    listed = ", ".join(f"'{one}'" for one in OCCASIONS)
    op.drop_constraint(op.f("ck_letter_occasion"), "letter", schema="reviews")
    op.create_check_constraint(op.f("ck_letter_occasion"), "letter", f"occasion IN ({listed})", schema="reviews")
