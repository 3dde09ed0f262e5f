"""The tables of joint decisions."""

from services.reviews.tables import Base
from shared.joint_decisions.models import JointDecision, JointRound, JointVote


class Decision(JointDecision, Base):
    """A question to the three."""

    __tablename__ = "joint_decision"


class DecisionRound(JointRound, Base):
    """A round of votes on it."""

    __tablename__ = "joint_decision_round"
    decision_table = Decision


class DecisionVote(JointVote, Base):
    """One partner's vote in a round."""

    __tablename__ = "joint_decision_vote"
    round_table = DecisionRound
