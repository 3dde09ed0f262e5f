"""Who is asked no more and told of"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
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
    "facts_asked",
    "facts_silent",
    "briefing_sent",
    "briefing_asked_again",
    "briefing_silent",
    "referral_decided",
    "notification_overdue",
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
    """Who is asked no more and told of"""
    for table in ("briefing_recipient", "national_review_answer", "scoping_return"):
        op.add_column(table, sa.Column("told_at", sa.DateTime(timezone=True), nullable=True), schema="reviews")
    op.add_column("national_review_answer", sa.Column("ask_on", sa.Date(), nullable=True), schema="reviews")
    op.add_column(
        "national_review_answer",
        sa.Column("times_asked", sa.Integer(), server_default="0", nullable=False),
        schema="reviews",
    )
    op.drop_index("ix_briefing_recipient_silent", "briefing_recipient", schema="reviews")
    op.create_index(
        "ix_briefing_recipient_silent",
        "briefing_recipient",
        ["ask_on"],
        unique=False,
        schema="reviews",
        postgresql_where=sa.text("acknowledged_at IS NULL AND told_at IS NULL"),
    )
    op.add_column("recommendation", sa.Column("national_review_id", sa.Uuid(), nullable=True), schema="reviews")
    op.create_unique_constraint(
        op.f("uq_recommendation_national_review_id_number"),
        "recommendation",
        ["national_review_id", "number"],
        schema="reviews",
    )
    op.create_foreign_key(
        op.f("fk_recommendation_national_review_id"),
        "recommendation",
        "national_review",
        ["national_review_id"],
        ["id"],
        source_schema="reviews",
        referent_schema="reviews",
    )
    of_one = "num_nonnulls(practice_review_id, rapid_review_id, national_review_id) = 1"
    listed = ", ".join(f"'{occasion}'" for occasion in OCCASIONS)
    checks = (("recommendation", "of_one_review", of_one), ("letter", "occasion", f"occasion IN ({listed})"))
    for table, check, clause in checks:
        name = op.f(f"ck_{table}_{check}")
        op.drop_constraint(name, table, schema="reviews")
        op.create_check_constraint(name, table, clause, schema="reviews")
