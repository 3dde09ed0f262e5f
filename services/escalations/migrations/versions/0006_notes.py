"""Notes"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Notes"""
    op.create_table(
        "note",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("theme", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("noted_by", sa.Text(), nullable=False),
        sa.Column("agency_id", sa.Text(), nullable=False),
        sa.Column("about_agency_ids", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("causes", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("retracted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("retracted_by", sa.Text(), nullable=True),
        sa.Column("retraction", sa.Text(), nullable=True),
        sa.Column("retention_class", sa.Text(), nullable=False),
        sa.Column("retain_until", sa.Date(), nullable=True),
        sa.Column("legal_hold", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.CheckConstraint("kind IN ('informal', 'good_practice')", name=op.f("ck_note_kind")),
        sa.CheckConstraint(
            "theme IN ('threshold_referral_not_accepted', 'threshold_step_up', 'step_down_or_closure', 'strategy_discussion_or_section_47', 'conference_or_plan_decision', 'assessment_outcome', 'drift_and_delay', 'action_not_completed', 'information_sharing', 'roles', 'service_or_resource', 'referral_quality', 'procedure_not_followed', 'safety_plan_breakdown', 'placement_or_discharge', 'attendance_or_minutes', 'practice_concern', 'other')",
            name=op.f("ck_note_theme"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_note")),
        schema="escalations",
    )
    op.create_index(
        "ix_note_newest",
        "note",
        [sa.literal_column("noted_at DESC"), sa.literal_column("id DESC")],
        unique=False,
        schema="escalations",
    )
    op.create_table(
        "note_party",
        sa.Column("agency_id", sa.Text(), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["note_id"], ["escalations.note.id"], name=op.f("fk_note_party_note_id")),
        sa.PrimaryKeyConstraint("agency_id", "noted_at", "note_id", name=op.f("pk_note_party")),
        schema="escalations",
    )
    op.create_index("ix_note_party_note_id", "note_party", ["note_id", "agency_id"], unique=False, schema="escalations")
