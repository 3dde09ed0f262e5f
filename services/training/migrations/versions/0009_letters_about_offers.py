"""Letters about offers"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Letters about offers"""
    op.create_table(
        "offer_letter",
        sa.Column("booking_id", sa.Uuid(), nullable=False),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("attempt_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["booking_id"], ["training.booking.id"], name=op.f("fk_offer_letter_booking_id")),
        sa.PrimaryKeyConstraint("booking_id", name=op.f("pk_offer_letter")),
        schema="training",
    )
    op.create_index(
        "ix_offer_letter_attempt",
        "offer_letter",
        ["attempt_at"],
        unique=False,
        schema="training",
        postgresql_where=sa.text("attempt_at IS NOT NULL"),
    )
