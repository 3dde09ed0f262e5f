"""Where systems publish their keys."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("client", sa.Column("jwks_uri", sa.Text(), nullable=True), schema="gateway")
