"""Who is suspended is kept"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

WHOSE = """
UPDATE training.feed SET agency_id = (
    SELECT agency_id FROM training.booking
    WHERE booking.subject = feed.subject ORDER BY asked_at DESC LIMIT 1
)
"""  # who has none and trains is known when she makes an address anew


def upgrade() -> None:
    """Who is suspended is kept"""
    op.create_table(
        "suspension",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("suspended", sa.Boolean(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suspension")),
        schema="training",
    )
    op.add_column("feed", sa.Column("agency_id", sa.Text(), nullable=True), schema="training")
    op.execute(WHOSE)
