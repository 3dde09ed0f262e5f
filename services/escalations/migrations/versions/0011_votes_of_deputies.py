"""Votes of deputies"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Votes of deputies"""
    op.add_column(
        "vote",
        sa.Column("as_deputy", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        schema="escalations",
    )
