"""Who was entered by mistake"""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

STATUSES = (
    "requested approved declined booked waiting offered transferred cancelled_in_time cancelled_late course_cancelled "
    "attended part_attended did_not_attend walk_in struck_out"
)
DID = (
    "book approve decline place queue put_first offer accept lapse transfer cancel cancel_late call_off book_again "
    "attend part_attend miss walk_in strike_out restore_request restore_waiting restore_declined restore_transferred "
    "restore_cancelled restore_cancelled_late"
)
SOURCES = "sign_in register export correction"


def upgrade() -> None:
    """Who was entered by mistake"""
    columns = (("booking", "status", STATUSES), ("booking_entry", "did", DID), ("presence", "source", SOURCES))
    for table, column, codes in columns:
        name = op.f(f"ck_{table}_{column}")
        listed = ", ".join(f"'{code}'" for code in codes.split())
        op.drop_constraint(name, table, schema="training")
        op.create_check_constraint(name, table, f"{column} IN ({listed})", schema="training")
