"""What can wait for somebody."""

from enum import StrEnum


class What(StrEnum):
    """What is awaited."""

    NOTIFICATION = "notification"
    RETURN = "return"
    RAPID_REVIEW = "rapid_review"
    FACTS = "facts"
    VOTE = "vote"
    PUBLICATION = "publication"
    HOLD = "hold"
    BRIEFING = "briefing"
    NATIONAL_REVIEW = "national_review"

    @property
    def said(self) -> str:
        """In a sentence."""
        return SAID[self]


W = What
SAID = {
    W.NOTIFICATION: "The council notifies the national Panel, or the three partners decide that it need not.",
    W.RETURN: "The agency says what it knew and did.",
    W.RAPID_REVIEW: "The rapid review goes to the national Panel.",
    W.FACTS: "The agency says whether the facts in the report are right.",
    W.VOTE: "The partner votes.",
    W.PUBLICATION: "The report is published; nothing holds it.",
    W.HOLD: "Whoever stated the hold looks at it again.",
    W.NATIONAL_REVIEW: "The agency says whether what was found elsewhere is true for it.",
    W.BRIEFING: "The agency passes the briefing on, and says to whom.",
}
