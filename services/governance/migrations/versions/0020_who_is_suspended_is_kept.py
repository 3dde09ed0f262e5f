"""Who is suspended is kept"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

WHOSE = """
UPDATE governance.feed SET agency_id = (
    SELECT agency_id FROM governance.membership
    WHERE person_id::text = feed.subject ORDER BY starts_on DESC LIMIT 1
)
"""  # whoever has never had a seat has nothing in her calendar


def upgrade() -> None:
    """Who is suspended is kept"""
    op.create_table(
        "suspension",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("suspended", sa.Boolean(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suspension")),
        schema="governance",
    )
    op.add_column("feed", sa.Column("agency_id", sa.Text(), nullable=True), schema="governance")
    op.execute(WHOSE)
