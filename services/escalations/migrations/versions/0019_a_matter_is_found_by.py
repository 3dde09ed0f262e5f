"""A matter is found by what it counters"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A matter is found by what it counters"""
    op.create_index(
        "ix_escalation_counter_to",
        "escalation",
        ["counter_to"],
        unique=False,
        schema="escalations",
        postgresql_where=sa.text("counter_to IS NOT NULL"),
    )
