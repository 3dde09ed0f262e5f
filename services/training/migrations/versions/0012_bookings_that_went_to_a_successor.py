"""Bookings that went to a successor"""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

DONE = (
    "book",
    "approve",
    "decline",
    "place",
    "queue",
    "put_first",
    "offer",
    "accept",
    "lapse",
    "close",
    "transfer",
    "cancel",
    "cancel_late",
    "call_off",
    "book_again",
    "succeed",
    "attend",
    "part_attend",
    "miss",
    "walk_in",
    "strike_out",
    "restore_request",
    "restore_waiting",
    "restore_declined",
    "restore_transferred",
    "restore_cancelled",
    "restore_cancelled_late",
)


def upgrade() -> None:
    """Bookings that went to a successor"""
    listed, name = ", ".join(f"'{one}'" for one in DONE), op.f("ck_booking_entry_did")
    op.drop_constraint(name, "booking_entry", schema="training")
    op.create_check_constraint(name, "booking_entry", f"did IN ({listed})", schema="training")
