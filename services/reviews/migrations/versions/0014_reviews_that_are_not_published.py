"""Reviews that are not published"""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

STATUSES = (
    "commissioned",
    "under_way",
    "accuracy_check",
    "awaiting_sign_off",
    "signed_off",
    "sent",
    "published",
    "withheld",
)
DONE = (
    "commission",
    "begin",
    "write",
    "circulate",
    "answer",
    "revise",
    "submit",
    "sign_off",
    "withhold",
    "send_back",
    "send",
    "publish",
)


def upgrade() -> None:
    """Reviews that are not published"""
    for table, column, values in (("practice_review", "status", STATUSES), ("review_entry", "did", DONE)):
        listed, name = ", ".join(f"'{one}'" for one in values), op.f(f"ck_{table}_{column}")
        op.drop_constraint(name, table, schema="reviews")
        op.create_check_constraint(name, table, f"{column} IN ({listed})", schema="reviews")
