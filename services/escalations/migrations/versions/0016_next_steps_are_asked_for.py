"""Next steps are asked for"""

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

OCCASIONS = (
    "raised",
    "acknowledged",
    "advanced",
    "passed_on",
    "succeeded",
    "reminded",
    "overdue",
    "chased",
    "responded",
    "resolved",
    "rejected",
    "withdrawn",
    "redirected",
    "votes_asked",
    "nobody_told",
    "opened_in_emergency",
    "learning_succeeded",
)


def upgrade() -> None:
    """Next steps are asked for"""
    listed, name = ", ".join(f"'{code}'" for code in OCCASIONS), op.f("ck_letter_occasion")
    op.drop_constraint(name, "letter", schema="escalations")
    op.create_check_constraint(name, "letter", f"occasion IN ({listed})", schema="escalations")
