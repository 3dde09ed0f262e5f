"""Evaluations and certificates"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Evaluations and certificates"""
    op.create_table(
        "impact_sample",
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.Column("came", sa.Integer(), nullable=False),
        sa.Column("chosen", sa.Integer(), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("measured", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(["session_id"], ["training.session.id"], name=op.f("fk_impact_sample_session_id")),
        sa.PrimaryKeyConstraint("session_id", name=op.f("pk_impact_sample")),
        schema="training",
    )
    op.create_table(
        "certificate",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("booking_id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("agency_id", sa.Text(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("status IN ('issued', 'revoked')", name=op.f("ck_certificate_status")),
        sa.ForeignKeyConstraint(["booking_id"], ["training.booking.id"], name=op.f("fk_certificate_booking_id")),
        sa.ForeignKeyConstraint(["session_id"], ["training.session.id"], name=op.f("fk_certificate_session_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate")),
        sa.UniqueConstraint("booking_id", name=op.f("uq_certificate_booking_id")),
        sa.UniqueConstraint("code", name=op.f("uq_certificate_code")),
        schema="training",
    )
    op.create_index(
        "ix_certificate_newest",
        "certificate",
        [sa.literal_column("issued_at DESC"), sa.literal_column("id DESC")],
        unique=False,
        schema="training",
    )
    op.create_table(
        "delegate_manager",
        sa.Column("booking_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("named_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("named_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["booking_id"], ["training.booking.id"], name=op.f("fk_delegate_manager_booking_id")),
        sa.PrimaryKeyConstraint("booking_id", name=op.f("pk_delegate_manager")),
        schema="training",
    )
    op.create_table(
        "evaluation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("moment", sa.Text(), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("booking_id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("agency_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("kind_version", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reminded", sa.Integer(), nullable=False),
        sa.Column("remind_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("late", sa.Boolean(), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("attempt_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.CheckConstraint("audience IN ('attendee', 'manager')", name=op.f("ck_evaluation_audience")),
        sa.CheckConstraint("moment IN ('before', 'end', 'impact')", name=op.f("ck_evaluation_moment")),
        sa.CheckConstraint("status <> 'answered' OR answered_at IS NOT NULL", name=op.f("ck_evaluation_answered")),
        sa.CheckConstraint("status IN ('asked', 'answered', 'lapsed', 'withdrawn')", name=op.f("ck_evaluation_status")),
        sa.ForeignKeyConstraint(["booking_id"], ["training.booking.id"], name=op.f("fk_evaluation_booking_id")),
        sa.ForeignKeyConstraint(["session_id"], ["training.session.id"], name=op.f("fk_evaluation_session_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluation")),
        schema="training",
    )
    op.create_index(
        "ix_evaluation_attempt",
        "evaluation",
        ["attempt_at"],
        unique=False,
        schema="training",
        postgresql_where=sa.text("attempt_at IS NOT NULL"),
    )
    op.create_index(
        "ix_evaluation_due",
        "evaluation",
        ["due_at"],
        unique=False,
        schema="training",
        postgresql_where=sa.text("status = 'asked'"),
    )
    op.create_index(
        "ix_evaluation_newest",
        "evaluation",
        [sa.literal_column("asked_at DESC"), sa.literal_column("id DESC")],
        unique=False,
        schema="training",
    )
    op.create_index(
        "ix_evaluation_remind",
        "evaluation",
        ["remind_at"],
        unique=False,
        schema="training",
        postgresql_where=sa.text("remind_at IS NOT NULL"),
    )
    op.create_index("ix_evaluation_session_id", "evaluation", ["session_id", "moment"], unique=False, schema="training")
    op.create_index(
        "uq_evaluation_booking_id", "evaluation", ["booking_id", "moment", "audience"], unique=True, schema="training"
    )
    op.create_table(
        "evaluation_answer",
        sa.Column("evaluation_id", sa.Uuid(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["evaluation_id"], ["training.evaluation.id"], name=op.f("fk_evaluation_answer_evaluation_id")
        ),
        sa.PrimaryKeyConstraint("evaluation_id", "question", name=op.f("pk_evaluation_answer")),
        schema="training",
    )
