"""A thread names its records as people do"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A thread names its records as people do"""
    op.add_column("thread_record", sa.Column("reference", sa.Text(), nullable=True), schema="governance")
    op.add_column("thread_record", sa.Column("title", sa.Text(), nullable=True), schema="governance")
