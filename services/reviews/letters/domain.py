"""What letters there are about reviews, and what each says: never what was found, written or decided."""

from collections.abc import Mapping
from enum import StrEnum

from shared.joint_decisions.said import VOTES, VOTES_ASKED, VOTES_CLIMBED, VOTES_ENDED, VOTES_REMINDED
from shared.letters.domain import NOBODY_TOLD, Said


class Occasion(StrEnum):
    """Why somebody is told."""

    RETURN_ASKED = "return_asked"
    RETURN_ASKED_AGAIN = "return_asked_again"
    RETURN_SILENT = "return_silent"
    PANEL_NAMED = "panel_named"
    VOTES_ASKED = VOTES_ASKED
    VOTES_CLIMBED = VOTES_CLIMBED
    VOTES_REMINDED = VOTES_REMINDED
    VOTES_ENDED = VOTES_ENDED
    FACTS_ASKED = "facts_asked"
    FACTS_SILENT = "facts_silent"
    BRIEFING_SENT = "briefing_sent"
    BRIEFING_ASKED_AGAIN = "briefing_asked_again"
    BRIEFING_SILENT = "briefing_silent"
    CASE_REFERRED = "case_referred"
    REFERRAL_DECIDED = "referral_decided"
    NOTIFICATION_OVERDUE = "notification_overdue"
    RAPID_REVIEW_OPENED = "rapid_review_opened"
    RAPID_REVIEW_OVERDUE = "rapid_review_overdue"
    PUBLICATION_OVERDUE = "publication_overdue"
    HOLD_OVERDUE = "hold_overdue"
    YEAR_ENDED = "year_ended"
    NATIONAL_REVIEW_ASKED = "national_review_asked"
    NATIONAL_REVIEW_ASKED_AGAIN = "national_review_asked_again"
    NATIONAL_REVIEW_SILENT = "national_review_silent"
    NOBODY_TOLD = NOBODY_TOLD


O = Occasion  # noqa: E741 - the table is read by its rows
SAID: Mapping[str, Said] = {
    O.RETURN_ASKED: Said("a return is asked", "Your agency is asked what it knew and did, for a rapid review."),
    O.RETURN_ASKED_AGAIN: Said(
        "a return has not come",
        "The return of your agency to a rapid review was due, and has not come. Asked again: {times}.",
    ),
    O.RETURN_SILENT: Said(
        "a return stays out",
        "An agency was asked again {times} times for its return to a rapid review, and has sent none. It is asked no more by "
        "itself: {person}.",
    ),
    O.PANEL_NAMED: Said(
        "named for a panel",
        "{person} of your agency is named for the panel of a rapid review, for this case and its length. Before the panel "
        "proposes anything, each member says whether anything conflicts.",
    ),
    **VOTES,
    O.FACTS_ASKED: Said(
        "are the facts right?",
        "Your agency takes part in a practice review, and is asked whether the facts in its report are right.",
    ),
    O.FACTS_SILENT: Said(
        "nothing was said of the facts",
        "Your agency was asked whether the facts in the report of a practice review are right, and its day is over. {means}",
    ),
    O.BRIEFING_SENT: Said(
        "a seven-minute briefing",
        "A briefing is to be passed on to your staff; say then to whom, and how many it reached.",
    ),
    O.BRIEFING_ASKED_AGAIN: Said(
        "a briefing is not acknowledged",
        "Your agency has not said that it has passed a briefing on. Asked again: {times}.",
    ),
    O.BRIEFING_SILENT: Said(
        "a briefing stays unacknowledged",
        "{agency} was asked again {times} times whether it has passed a briefing on, and has not said so. It is asked no more "
        "by itself.",
    ),
    O.CASE_REFERRED: Said(
        "a case is referred",
        "A case was referred for consideration as a serious incident. What is known of it, and what the council's duty is, is in "
        "the system.",
    ),
    O.REFERRAL_DECIDED: Said(
        "a decision about your referral",
        "Something was decided about a case that your agency referred. What, and why, is in the system.",
    ),
    O.NOTIFICATION_OVERDUE: Said(
        "the time to notify is over",
        "The time to notify the national Panel of a serious incident is over, and it is neither notified nor decided that "
        "it need not be.",
    ),
    O.RAPID_REVIEW_OPENED: Said(
        "a rapid review begins",
        "A rapid review has begun: its panel is named, and agencies are asked what they knew and did.",
    ),
    O.RAPID_REVIEW_OVERDUE: Said(
        "a rapid review is overdue", "The time of a rapid review is over, and it is not with the national Panel."
    ),
    O.PUBLICATION_OVERDUE: Said(
        "a publication is overdue",
        "The report of a practice review was to be published, no proceedings hold it, and it is not.",
    ),
    O.HOLD_OVERDUE: Said(
        "a hold is to be looked at",
        "The day is over on which a hold on the publication of a practice review was to be looked at again.",
    ),
    O.NATIONAL_REVIEW_ASKED: Said(
        "is it true for us?",
        "A review that was published elsewhere is checked for what can be learnt here, and your agency is asked: {title}.",
    ),
    O.NATIONAL_REVIEW_ASKED_AGAIN: Said(
        "is it true for us? No answer yet",
        "Your agency has not said whether what a review elsewhere found is true for it: {title}. Asked again: {times}.",
    ),
    O.NATIONAL_REVIEW_SILENT: Said(
        "is it true for us? No answer comes",
        "{agency} was asked again {times} times whether what a review elsewhere found is true for it, and has not answered: "
        "{title}. It is asked no more by itself.",
    ),
    O.YEAR_ENDED: Said("serious incidents of the year", "{said}"),
}
PATHS: Mapping[str, str] = {
    "reviews.return": "/reviews/v1/returns/{id}",
    "reviews.rapid_review": "/reviews/v1/rapid-reviews/{id}",
    "reviews.joint_decision": "/reviews/v1/joint-decisions/{id}",
    "reviews.practice_review": "/reviews/v1/practice-reviews/{id}",
    "reviews.briefing": "/reviews/v1/briefings/{id}",
    "reviews.incident": "/reviews/v1/incidents/{id}",
    "reviews.hold": "/reviews/v1/holds/{id}",
    "reviews.national_review": "/reviews/v1/national-reviews/{id}",
    "reviews.incident_year": "/reviews/v1/incidents/years",
}
