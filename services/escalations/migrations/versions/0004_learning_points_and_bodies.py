"""Learning points and bodies"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Learning points and bodies"""
    op.create_table(
        "body",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=True),
        sa.Column("effective_to", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_body")),
        schema="escalations",
    )
    op.create_table(
        "learning_point",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("escalation_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("route", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("owner_agency_id", sa.Text(), nullable=True),
        sa.Column("owner_body_id", sa.Text(), nullable=True),
        sa.Column("agency_id", sa.Text(), nullable=False),
        sa.Column("take_by", sa.Date(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taken_as", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed", sa.Boolean(), nullable=True),
        sa.Column("not_taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("retention_class", sa.Text(), nullable=False),
        sa.Column("retain_until", sa.Date(), nullable=True),
        sa.Column("legal_hold", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.CheckConstraint(
            "route IN ('none', 'single_agency', 'training', 'policy', 'audit_topic', 'li_agenda', 'executive', 'risk_register', 'possible_review')",
            name=op.f("ck_learning_point_route"),
        ),
        sa.CheckConstraint(
            "status IN ('no_learning', 'recorded', 'taken', 'closed')", name=op.f("ck_learning_point_status")
        ),
        sa.ForeignKeyConstraint(
            ["escalation_id"], ["escalations.escalation.id"], name=op.f("fk_learning_point_escalation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_learning_point")),
        schema="escalations",
    )
    op.create_index(
        op.f("ix_learning_point_escalation_id"), "learning_point", ["escalation_id"], unique=False, schema="escalations"
    )
    op.create_index(
        "ix_learning_point_newest",
        "learning_point",
        [sa.literal_column("recorded_at DESC"), sa.literal_column("id DESC")],
        unique=False,
        schema="escalations",
    )
    op.create_index(
        "ix_learning_point_waiting",
        "learning_point",
        ["take_by"],
        unique=False,
        schema="escalations",
        postgresql_where=sa.text("status = 'recorded' AND not_taken_at IS NULL"),
    )
    op.create_table(
        "learning_entry",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("learning_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("did", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("route", sa.Text(), nullable=False),
        sa.Column("owner_agency_id", sa.Text(), nullable=True),
        sa.Column("owner_body_id", sa.Text(), nullable=True),
        sa.Column("take_by", sa.Date(), nullable=True),
        sa.Column("rule", sa.Text(), nullable=True),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("agency_id", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.CheckConstraint("did IN ('draw', 'route', 'take', 'close')", name=op.f("ck_learning_entry_did")),
        sa.ForeignKeyConstraint(
            ["learning_id"], ["escalations.learning_point.id"], name=op.f("fk_learning_entry_learning_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_learning_entry")),
        schema="escalations",
    )
    op.create_index(
        op.f("ix_learning_entry_learning_id"), "learning_entry", ["learning_id"], unique=False, schema="escalations"
    )
    op.create_table(
        "learning_party",
        sa.Column("agency_id", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("learning_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["learning_id"], ["escalations.learning_point.id"], name=op.f("fk_learning_party_learning_id")
        ),
        sa.PrimaryKeyConstraint("agency_id", "recorded_at", "learning_id", name=op.f("pk_learning_party")),
        schema="escalations",
    )
    op.create_index(
        "ix_learning_party_learning_id",
        "learning_party",
        ["learning_id", "agency_id"],
        unique=False,
        schema="escalations",
    )
