"""Letters about waiting and approval"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

DID = (
    "book approve decline place queue put_first offer accept lapse close transfer cancel cancel_late call_off book_again "
    "attend part_attend miss walk_in strike_out restore_request restore_waiting restore_declined restore_transferred "
    "restore_cancelled restore_cancelled_late"
)


def upgrade() -> None:
    """Letters about waiting and approval"""
    op.create_table(
        "contact",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("agency_id", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("telephone", sa.Text(), nullable=True),
        sa.Column("hours", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("absences", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact")),
        schema="training",
    )
    op.create_index(op.f("ix_contact_agency_id"), "contact", ["agency_id"], unique=False, schema="training")
    op.create_table(
        "delegation",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("agency_id", sa.Text(), nullable=False),
        sa.Column("for_agency_id", sa.Text(), nullable=False),
        sa.Column("acts_as", sa.Text(), nullable=False),
        sa.Column("from_seniority", sa.Text(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delegation")),
        schema="training",
    )
    op.create_index(
        op.f("ix_delegation_for_agency_id"), "delegation", ["for_agency_id"], unique=False, schema="training"
    )
    op.create_table(
        "letter",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("occasion", sa.Text(), nullable=False),
        sa.Column("about_type", sa.Text(), nullable=False),
        sa.Column("about_id", sa.Text(), nullable=False),
        sa.Column("agency_id", sa.Text(), nullable=False),
        sa.Column("contact_id", sa.Text(), nullable=True),
        sa.Column("contact_agency_id", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("leaves_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("attempt_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "occasion IN ('approval_asked', 'approval_asked_again', 'register_open', 'nobody_told')",
            name=op.f("ck_letter_occasion"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter")),
        schema="training",
    )
    op.create_index("ix_letter_about", "letter", ["about_type", "about_id", "id"], unique=False, schema="training")
    op.create_index(
        "ix_letter_due",
        "letter",
        ["attempt_at"],
        unique=False,
        schema="training",
        postgresql_where=sa.text("attempt_at IS NOT NULL"),
    )
    name, listed = op.f("ck_booking_entry_did"), ", ".join(f"'{code}'" for code in DID.split())
    op.drop_constraint(name, "booking_entry", schema="training")
    op.create_check_constraint(name, "booking_entry", f"did IN ({listed})", schema="training")
