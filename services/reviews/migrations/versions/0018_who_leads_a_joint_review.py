"""Who leads a joint review"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Who leads a joint review"""
    op.add_column("practice_review", sa.Column("led_by", sa.Text(), nullable=True), schema="reviews")
    op.add_column("rapid_review", sa.Column("led_by", sa.Text(), nullable=True), schema="reviews")
