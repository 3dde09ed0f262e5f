"""Where joint decisions are kept, and by which rules they are made."""

from pathlib import Path

from services.reviews.joint_decisions.models import Decision, DecisionRound, DecisionVote
from shared.joint_decisions.kinds import Kinds
from shared.joint_decisions.queries import Tables

TABLES = Tables(Decision, DecisionRound, DecisionVote)
KINDS = Kinds(Path(__file__).parents[1] / "data" / "joint_decisions.yaml")
