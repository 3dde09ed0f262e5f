"""Contacts of the business unit"""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

PURPOSES = "purpose IN ('single_point_of_contact', 'stand_in', 'out_of_hours', 'business_unit')"


def upgrade() -> None:
    """Contacts of the business unit"""
    op.drop_constraint(op.f("ck_contact_purpose"), "contact", schema="governance", type_="check")
    op.create_check_constraint(op.f("ck_contact_purpose"), "contact", PURPOSES, schema="governance")
