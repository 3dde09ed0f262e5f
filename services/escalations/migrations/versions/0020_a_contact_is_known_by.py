"""A contact is known by her account"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A contact is known by her account"""
    op.add_column("contact", sa.Column("person_id", sa.Text(), nullable=True), schema="escalations")
