"""What can wait for somebody."""

from enum import StrEnum


class What(StrEnum):
    """What is awaited."""

    NOTIFICATION = "notification"
    RETURN = "return"
    DECLARATION = "declaration"
    RAPID_REVIEW = "rapid_review"
    PANEL_ANSWER = "panel_answer"
    CLOSING = "closing"
    NEAR_MISS = "near_miss"
    COMMISSION = "commission"
    REVIEWER = "reviewer"
    MILESTONE = "milestone"
    CHECK = "check"
    SUBMISSION = "submission"
    SENDING = "sending"
    FACTS = "facts"
    VOTE = "vote"
    PUBLICATION = "publication"
    HOLD = "hold"
    PANEL_REASON = "panel_reason"
    RECOMMENDATION = "recommendation"
    ACTION = "action"
    BRIEFING = "briefing"
    NATIONAL_REVIEW = "national_review"
    RETURN_SILENT = "return_silent"
    BRIEFING_SILENT = "briefing_silent"
    NATIONAL_REVIEW_SILENT = "national_review_silent"

    @property
    def noun(self) -> str:
        """What kind of record it is about."""
        return NOUNS[self]

    @property
    def said(self) -> str:
        """In a sentence."""
        return SAID[self]


HELD = (
    "practice_review",
    "thematic_review",
    "practice_learning_review",
    "joint_review",
)  # of what a rapid review leads to
W = What
NOUNS = {
    W.NOTIFICATION: "reviews.incident",
    W.RETURN: "reviews.return",
    W.DECLARATION: "reviews.rapid_review",
    W.RAPID_REVIEW: "reviews.rapid_review",
    W.PANEL_ANSWER: "reviews.rapid_review",
    W.CLOSING: "reviews.rapid_review",
    W.NEAR_MISS: "reviews.incident",
    W.COMMISSION: "reviews.rapid_review",
    W.REVIEWER: "reviews.practice_review",
    W.SUBMISSION: "reviews.practice_review",
    W.PANEL_REASON: "reviews.hold",
    W.MILESTONE: "reviews.practice_review",
    W.CHECK: "reviews.publication_check",
    W.SENDING: "reviews.practice_review",
    W.FACTS: "reviews.practice_review",
    W.VOTE: "reviews.joint_decision",
    W.PUBLICATION: "reviews.practice_review",
    W.HOLD: "reviews.hold",
    W.RECOMMENDATION: "reviews.recommendation",
    W.ACTION: "reviews.recommendation",
    W.NATIONAL_REVIEW: "reviews.national_review",
    W.BRIEFING: "reviews.briefing",
    W.RETURN_SILENT: "reviews.return",
    W.BRIEFING_SILENT: "reviews.briefing",
    W.NATIONAL_REVIEW_SILENT: "reviews.national_review",
}
SAID = {
    W.NOTIFICATION: "The council notifies the national Panel, or the three partners decide that it need not.",
    W.RETURN: "The agency says what it knew and did.",
    W.DECLARATION: "A member of the panel says whether anything conflicts.",
    W.PANEL_ANSWER: "What the national Panel answers is written down.",
    W.CLOSING: "The national Panel has answered: the rapid review is closed, or weighed again.",
    W.COMMISSION: "A review was decided on and is commissioned, with the rapid review as its cause.",
    W.NEAR_MISS: "It is said what becomes of a near miss; whoever referred it hears.",
    W.REVIEWER: "A reviewer is appointed: nobody reviews it.",
    W.SUBMISSION: "Every agency finds the facts right: the report is put before the three partners.",
    W.PANEL_REASON: "The national Panel is told why the report is held.",
    W.MILESTONE: "A milestone is reached, or moved with its reason.",
    W.CHECK: "A second person reads the report for what could identify a child.",
    W.SENDING: "The report goes to the national Panel and the Secretary of State; one that is not published, with the reason.",
    W.RECOMMENDATION: "Whoever leads it says whether the recommendation is accepted.",
    W.ACTION: "The recommendation is accepted, and no action has come of it yet.",
    W.RAPID_REVIEW: "The rapid review goes to the national Panel.",
    W.FACTS: "The agency says whether the facts in the report are right.",
    W.VOTE: "The partner votes.",
    W.PUBLICATION: "The report is published; nothing holds it.",
    W.HOLD: "Whoever stated the hold looks at it again.",
    W.NATIONAL_REVIEW: "The agency says whether what was found elsewhere is true for it.",
    W.BRIEFING: "The agency passes the briefing on, and says to whom.",
    W.RETURN_SILENT: "The agency was asked often enough for its return: whoever chairs the panel speaks with it.",
    W.BRIEFING_SILENT: "The agency was asked often enough about the briefing: the business unit speaks with it.",
    W.NATIONAL_REVIEW_SILENT: "The agency was asked often enough whether it is true for it: the business unit speaks with it.",
}
