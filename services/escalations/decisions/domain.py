"""By which rule a stage of a ladder is voted on, and what the outcome says."""

from collections.abc import Sequence
from datetime import datetime

from services.escalations.ladders.domain import Duty, OnBreach, Stage
from shared.joint_decisions.domain import DecidedBy, OnSilence, Partner, Round, Rule, Vote


def round_at(number: int, stage: Stage, due_at: datetime, votes: Sequence[Vote] = ()) -> Round:
    """The round of votes at a stage that is entered to decide, by its running number."""
    assert stage.decided_by is not None, "no votes are called for at another stage"
    return Round(number, DecidedBy(stage.decided_by), rule_of(stage), due_at, tuple(votes))


def rule_of(stage: Stage) -> Rule:
    """What follows at a stage without agreement: after silence, what its respond clock says."""
    assert stage.on_dissent is not None, "no ladder is made with a joint decision that lacks it"
    respond = stage.clock(Duty.RESPOND)
    silent = respond is not None and respond.on_breach is OnBreach.ADVANCE
    return Rule(stage.on_dissent, OnSilence.CLIMB if silent else OnSilence.WAIT)


def reasons(votes: Sequence[Vote], names: dict[Partner, str]) -> str:
    """What the three said, one paragraph each, as the outcome tells it to the agencies."""
    return "\n\n".join(
        f"{names[vote.partner]}{_marks(vote)}: {vote.choice.replace('_', ' ')}. {vote.reason}" for vote in votes
    )


def _marks(vote: Vote) -> str:
    marks = {"in its own cause": vote.own_cause, "by a deputy": vote.as_deputy}
    said = ", ".join(mark for mark, holds in marks.items() if holds)
    return f" ({said})" if said else ""
