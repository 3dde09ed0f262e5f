"""A mediator is named as a contact"""

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

PURPOSES = ("single_point_of_contact", "stand_in", "out_of_hours", "business_unit", "mediator")


def upgrade() -> None:
    """A mediator is named as a contact"""
    listed = ", ".join(f"'{one}'" for one in PURPOSES)
    op.drop_constraint(op.f("ck_contact_purpose"), "contact", schema="governance")
    op.create_check_constraint(op.f("ck_contact_purpose"), "contact", f"purpose IN ({listed})", schema="governance")
