"""Reports: frozen quarters, decisions asked for, denominators, and the indexes by which a quarter is counted"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Reports"""
    op.create_table(
        "frozen_quarter",
        sa.Column("quarter", sa.Text(), nullable=False),
        sa.Column("frozen_at", INSTANT, nullable=False),
        sa.Column("frozen_by", sa.Text(), nullable=False),
        sa.Column("snapshot", postgresql.JSONB(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("rolling", postgresql.JSONB(), nullable=True),
        sa.Column("hidden", postgresql.JSONB(), nullable=True),
        sa.PrimaryKeyConstraint("quarter", name=op.f("pk_frozen_quarter")),
        schema="escalations",
    )
    op.create_table(
        "asked_decision",
        sa.Column("quarter", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("became", sa.Text(), nullable=True),
        sa.Column("became_at", INSTANT, nullable=True),
        sa.Column("became_by", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("quarter", "number", name=op.f("pk_asked_decision")),
        schema="escalations",
    )
    op.create_table(
        "denominator",
        sa.Column("quarter", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("supplied_by", sa.Text(), nullable=False),
        sa.Column("supplied_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("quarter", "code", name=op.f("pk_denominator")),
        schema="escalations",
    )
    op.create_index("ix_history_entry_at", "history_entry", ["at", "did"], schema="escalations")
    op.create_index(
        "ix_escalation_left",
        "escalation",
        [sa.text("coalesce(closed_at, withdrawn_at, redirected_at)"), "raised_at"],
        schema="escalations",
    )
