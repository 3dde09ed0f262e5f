"""Letters to successors"""

from alembic import op

OCCASIONS = (
    "raised",
    "acknowledged",
    "advanced",
    "passed_on",
    "succeeded",
    "reminded",
    "overdue",
    "responded",
    "resolved",
    "rejected",
    "withdrawn",
    "redirected",
    "votes_asked",
    "nobody_told",
    "opened_in_emergency",
)

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Letters to successors"""
    listed = ", ".join(f"'{occasion}'" for occasion in OCCASIONS)
    op.drop_constraint(op.f("ck_letter_occasion"), "letter", schema="escalations")
    op.create_check_constraint(op.f("ck_letter_occasion"), "letter", f"occasion IN ({listed})", schema="escalations")
