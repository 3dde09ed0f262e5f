"""Steps of threads under one key"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Steps of threads under one key"""
    op.drop_index(op.f("ix_thread_step_record"), table_name="thread_step", schema="governance")
    op.drop_constraint(op.f("pk_thread_step"), "thread_step", schema="governance")
    op.create_primary_key(op.f("pk_thread_step"), "thread_step", ["type", "id", "at", "event_id"], schema="governance")
    op.add_column("thread_record", sa.Column("body_at", sa.DateTime(timezone=True), nullable=True), schema="governance")
    # When it was named is not known of what is there: with the last event at the latest.
    op.execute("UPDATE governance.thread_record SET body_at = last_at WHERE body_id IS NOT NULL")
