"""Where joint decisions are kept, and by which rules they are made. Whoever may read them at all may read every one."""

from pathlib import Path

from services.governance.joint_decisions.models import Decision, DecisionRound, DecisionVote
from shared.joint_decisions.kinds import Kinds
from shared.joint_decisions.queries import Tables

TABLES = Tables(Decision, DecisionRound, DecisionVote)
KINDS = Kinds(Path(__file__).parents[1] / "data" / "joint_decisions.yaml")
