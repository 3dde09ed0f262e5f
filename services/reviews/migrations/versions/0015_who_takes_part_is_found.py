"""Who takes part is found out, and what is public is taken down"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

LISTED = {
    ("letter", "occasion"): (
        "return_asked",
        "return_asked_again",
        "return_silent",
        "panel_named",
        "votes_asked",
        "votes_climbed",
        "votes_reminded",
        "votes_ended",
        "takes_part",
        "takes_no_part",
        "milestone_overdue",
        "facts_asked",
        "facts_wrong",
        "facts_right",
        "facts_silent",
        "briefing_sent",
        "briefing_asked_again",
        "briefing_silent",
        "case_referred",
        "referral_decided",
        "notification_overdue",
        "rapid_review_opened",
        "rapid_review_overdue",
        "publication_overdue",
        "report_published",
        "report_taken_down",
        "hold_stated",
        "hold_lifted",
        "hold_overdue",
        "recommendation_made",
        "year_ended",
        "national_review_asked",
        "national_review_asked_again",
        "national_review_silent",
        "nobody_told",
    ),
    ("practice_review", "status"): (
        "commissioned",
        "under_way",
        "accuracy_check",
        "awaiting_sign_off",
        "signed_off",
        "sent",
        "published",
        "withheld",
        "withdrawn",
    ),
    ("incident_entry", "did"): (
        "record",
        "amend",
        "choose_start",
        "give_view",
        "propose",
        "decide",
        "stand",
        "reclassify",
        "notify",
        "acknowledge",
        "withdraw",
        "conclude",
        "join",
    ),
    ("review_entry", "did"): (
        "commission",
        "withdraw",
        "involve",
        "excuse",
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
        "take_down",
    ),
    ("engagement", "how"): (
        "offered",
        "met",
        "event",
        "written",
        "declined",
        "withdrew",
    ),
}


def upgrade() -> None:
    """Who takes part is found out, and what is public is taken down"""
    op.add_column("milestone", sa.Column("overdue_at", sa.DateTime(timezone=True), nullable=True), schema="reviews")
    for (table, column), values in LISTED.items():
        listed, name = ", ".join(f"'{one}'" for one in values), op.f(f"ck_{table}_{column}")
        op.drop_constraint(name, table, schema="reviews")
        op.create_check_constraint(name, table, f"{column} IN ({listed})", schema="reviews")
