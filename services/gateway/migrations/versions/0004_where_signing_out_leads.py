"""Where signing out leads."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column(
        "client",
        sa.Column("post_logout_redirect_uris", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        schema="gateway",
    )
