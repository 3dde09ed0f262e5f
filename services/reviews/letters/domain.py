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
    TAKES_PART = "takes_part"
    TAKES_NO_PART = "takes_no_part"
    MILESTONE_OVERDUE = "milestone_overdue"
    FACTS_ASKED = "facts_asked"
    FACTS_WRONG = "facts_wrong"
    FACTS_RIGHT = "facts_right"
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
    REPORT_PUBLISHED = "report_published"
    REPORT_TAKEN_DOWN = "report_taken_down"
    HOLD_STATED = "hold_stated"
    HOLD_LIFTED = "hold_lifted"
    HOLD_OVERDUE = "hold_overdue"
    RECOMMENDATION_MADE = "recommendation_made"
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
    O.TAKES_PART: Said(
        "your agency takes part in a practice review",
        "Your agency takes part in a practice review. Keep what you hold on it, say who speaks for you with the reviewers, and "
        "tell staff who may be asked. You are asked for the facts once its report is written.",
    ),
    O.TAKES_NO_PART: Said(
        "your agency takes no part in a practice review",
        "Your agency was named for a practice review, and takes no part in it. There is nothing to do.",
        open=False,
    ),
    O.MILESTONE_OVERDUE: Said(
        "a milestone is overdue",
        "The day of a milestone of a practice review is over, and it is not reached. Say that it is, or move it and say why.",
    ),
    O.FACTS_WRONG: Said(
        "facts are wrong, says an agency",
        "{agency} finds facts wrong in the report of a practice review; which, is in the system. The report is written again, "
        "or the three partners are told why it stays as it is.",
    ),
    O.FACTS_RIGHT: Said(
        "the facts are right",
        "Every agency that takes part in a practice review finds the facts in its report right. It can go to the three partners.",
    ),
    O.FACTS_ASKED: Said(
        "are the facts right?",
        "Your agency takes part in a practice review, and is asked whether the facts in its report are right. Say so, or what is "
        "wrong and what would be right.",
    ),
    O.FACTS_SILENT: Said(
        "nothing was said of the facts",
        "The day is over by which it was to be said whether the facts in the report of a practice review are right. Nothing came "
        "from: {agency}. {means}",
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
        "The report of a practice review was to be published, no proceedings hold it, and it is not. Tell the national Panel why, "
        "and by when it will be.",
    ),
    O.REPORT_PUBLISHED: Said(
        "a report is published",
        "The report of a practice review in which your agency took part is published. Tell the staff who worked with the child "
        "before they read of it elsewhere.",
    ),
    O.REPORT_TAKEN_DOWN: Said(
        "a report is taken down",
        "The report of a practice review in which your agency took part is public no more, for a child's sake. Take down what you "
        "have published of it, links too, and pass none of it on.",
    ),
    O.HOLD_STATED: Said(
        "a publication is held",
        "Proceedings hold the publication of a practice review; whose, and why, is in the system. Tell the national Panel the "
        "reason, and write down when you have.",
    ),
    O.HOLD_LIFTED: Said("a hold is lifted", "A hold on the publication of a practice review is lifted. {said}"),
    O.HOLD_OVERDUE: Said(
        "a hold is to be looked at",
        "The day is over on which a hold on the publication of a practice review was to be looked at again. Ask whether the "
        "proceedings last: lift it, or give it its next day and say why.",
    ),
    O.RECOMMENDATION_MADE: Said(
        "a recommendation to your agency",
        "A review recommends something to your agency. Say whether you accept it, or why not.",
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
    "reviews.recommendation": "/reviews/v1/recommendations/{id}",
    "reviews.hold": "/reviews/v1/holds/{id}",
    "reviews.national_review": "/reviews/v1/national-reviews/{id}",
    "reviews.incident_year": "/reviews/v1/incidents/years",
}
