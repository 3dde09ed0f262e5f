"""Who walked in and stayed"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Who walked in and stayed"""
    op.add_column(
        "booking",
        sa.Column("throughout", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        schema="training",
    )
