"""What letters there are, and what each says."""

from collections.abc import Mapping
from enum import StrEnum

from shared.joint_decisions.said import VOTES, VOTES_ASKED, VOTES_CLIMBED, VOTES_ENDED, VOTES_REMINDED
from shared.letters.domain import NOBODY_TOLD, Said


class Occasion(StrEnum):
    """Why somebody is told."""

    ACTION_ASSIGNED = "action_assigned"
    ACTION_REMINDED = "action_reminded"
    ACTION_UPDATE_ASKED = "action_update_asked"
    ACTION_DRIFTING = "action_drifting"
    ACTION_DATE_REFUSED = "action_date_refused"
    ACTION_RETURNED = "action_returned"
    ACTION_SIGNED = "action_signed"
    ACTION_CLOSED = "action_closed"
    ACTION_REOPENED = "action_reopened"
    CHALLENGE_MADE = "challenge_made"
    CHALLENGE_RESPONDED = "challenge_responded"
    CHALLENGE_RETURNED = "challenge_returned"
    CHALLENGE_AGREED = "challenge_agreed"
    CHALLENGE_OVERDUE = "challenge_overdue"
    CHALLENGE_RECHECK_DUE = "challenge_recheck_due"
    CHALLENGE_SUCCEEDED = "challenge_succeeded"
    CHALLENGE_PASSED_ON = "challenge_passed_on"
    CHALLENGE_CLOSED = "challenge_closed"
    RISK_GIVEN = "risk_given"
    RISK_ESCALATED = "risk_escalated"
    RISK_ASKED = "risk_asked"
    RISK_REPLY_OVERDUE = "risk_reply_overdue"
    RISK_REPLIED = "risk_replied"
    RISK_ANSWERED = "risk_answered"
    RISK_REVIEW_OVERDUE = "risk_review_overdue"
    EXPLANATION_ASKED = "explanation_asked"
    EXPLANATION_OVERDUE = "explanation_overdue"
    VOTES_ASKED = VOTES_ASKED
    VOTES_CLIMBED = VOTES_CLIMBED
    VOTES_REMINDED = VOTES_REMINDED
    VOTES_ENDED = VOTES_ENDED
    NOBODY_TOLD = NOBODY_TOLD


O = Occasion  # noqa: E741 - the table is read by its rows
SAID: Mapping[str, Said] = {
    O.ACTION_ASSIGNED: Said("an action is yours", "An action is agreed, and your agency leads it. Its owner: {owner}."),
    O.ACTION_REMINDED: Said(
        "an action is due soon", "An action that your agency leads is due soon. Its owner: {owner}."
    ),
    O.ACTION_UPDATE_ASKED: Said(
        "how does it go?", "An update on an action of your agency is asked for. Its owner: {owner}."
    ),
    O.ACTION_DRIFTING: Said(
        "an action drifts",
        "An action of your agency has begun to drift: it is late, or its date was moved more often than is tolerated. It is "
        "listed until somebody has decided about it. Its owner: {owner}.",
    ),
    O.ACTION_DATE_REFUSED: Said(
        "the date stays",
        "The later date that was asked for an action is refused, and why is with it. Its owner: {owner}.",
    ),
    O.ACTION_RETURNED: Said(
        "not signed",
        "The body that had an action of your agency to sign does not sign it, and why is with it. Its owner: {owner}.",
    ),
    O.ACTION_SIGNED: Said("signed", "An action of your agency is signed: {phase}. Its owner: {owner}."),
    O.ACTION_CLOSED: Said("closed", "An action of your agency is closed: both phases are signed. Its owner: {owner}."),
    O.ACTION_REOPENED: Said(
        "to be done again",
        "What was signed of an action of your agency no longer holds: it has a new date. Its owner: {owner}.",
    ),
    O.CHALLENGE_MADE: Said(
        "your agency is challenged", "The partnership challenges your agency, and awaits its answer."
    ),
    O.CHALLENGE_RESPONDED: Said(
        "an answer has come", "The agency that was challenged has answered: say whether that will do."
    ),
    O.CHALLENGE_RETURNED: Said(
        "another answer is awaited", "The answer of your agency to a challenge does not do, and why is with it."
    ),
    O.CHALLENGE_AGREED: Said("a change is agreed", "What your agency changes is agreed with whoever challenged it."),
    O.CHALLENGE_OVERDUE: Said("late", "The {waits_for} of your agency to a challenge was due, and has not come."),
    O.CHALLENGE_RECHECK_DUE: Said(
        "did it help?", "The day has come on which the effect of a change is looked at again."
    ),
    O.CHALLENGE_SUCCEEDED: Said(
        "a successor takes over",
        "The agency that was challenged has ended, and your agency stands in its place: what is still to be done is yours.",
    ),
    O.CHALLENGE_PASSED_ON: Said(
        "a successor takes over",
        "The agency that made a challenge has ended, and your agency stands in its place: it is yours to follow.",
    ),
    O.CHALLENGE_CLOSED: Said("closed", "A challenge to your agency is at its end; what came of it is with it."),
    O.RISK_GIVEN: Said("a risk is yours", "A risk of the partnership is your agency's to manage and to review."),
    O.RISK_ESCALATED: Said(
        "a risk is with the Executive", "The score of a risk has taken it to the Executive, whose answer is awaited."
    ),
    O.RISK_ASKED: Said(
        "the Executive asks", "The Executive wants to know more of a risk of your agency before it answers."
    ),
    O.RISK_REPLY_OVERDUE: Said(
        "a reply is awaited",
        "The Executive asked more of a risk, and the reply of the agency that owns it has not come.",
    ),
    O.RISK_REPLIED: Said(
        "a reply has come", "What the Executive asked of a risk is answered, and its own answer is awaited again."
    ),
    O.RISK_ANSWERED: Said(
        "the Executive has answered", "The Executive has said what is to be done about a risk of your agency."
    ),
    O.RISK_REVIEW_OVERDUE: Said("a review is late", "The review of a risk of your agency was due, and has not come."),
    O.EXPLANATION_ASKED: Said(
        "why was your seat empty?",
        "Your agency was at {attended} of {of} meetings of {body}, which is less than is expected of it, and is asked why.",
    ),
    O.EXPLANATION_OVERDUE: Said(
        "an explanation is awaited",
        "Why {agency} was at so few meetings of {body} was asked, and its answer was due and has not come.",
    ),
    **VOTES,
}
PATHS: Mapping[str, str] = {
    "governance.action": "/governance/v1/actions/{id}",
    "governance.challenge": "/governance/v1/challenges/{id}",
    "governance.risk": "/governance/v1/risks/{id}",
    "governance.explanation": "/governance/v1/explanations/{id}",
    "governance.joint_decision": "/governance/v1/joint-decisions/{id}",
}
