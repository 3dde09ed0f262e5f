"""What the reviews service tells of the joint decisions of the three."""

from shared.contracts import joint_decisions


class JointDecisionOpened(joint_decisions.Opened, type="reviews.joint_decision.opened.v1"):
    """A round of votes is open, by delegates or by chiefs as `decided_by` says; `opened_by` says what led to it."""


class JointDecisionVoted(joint_decisions.Voted, type="reviews.joint_decision.voted.v1"):
    """One of the three has voted; `own_cause`: about the voter's own agency; `as_deputy`: for who usually votes."""


class JointDecisionReached(joint_decisions.Reached, type="reviews.joint_decision.reached.v1"):
    """The three have decided: `agreed`, or by a `majority` where the rule allows it."""


class JointDecisionFailed(joint_decisions.Failed, type="reviews.joint_decision.failed.v1"):
    """A round ended without a decision: it `climbs` to the chiefs, is `voted_again`, or all `stands` as it was."""


class JointDecisionOverdue(joint_decisions.Overdue, type="reviews.joint_decision.overdue.v1"):
    """The date of a round has passed, and votes are still awaited; told once for each round."""


class JointDecisionWithdrawn(joint_decisions.Withdrawn, type="reviews.joint_decision.withdrawn.v1"):
    """The question was taken back before it was decided, or something else has answered it."""


JOINT_DECISION = joint_decisions.Tells(
    JointDecisionOpened,
    JointDecisionVoted,
    JointDecisionReached,
    JointDecisionFailed,
    JointDecisionOverdue,
    JointDecisionWithdrawn,
)
