"""Who may cast which vote now, by which rule it is counted, and what the outcome says."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from services.escalations.escalations.domain import voting_role
from services.escalations.ladders.domain import Duty, OnBreach, Stage
from shared.joint_decisions import OnSilence, Partner, Rule, Tally, Verdict, Vote, tally
from shared.policy import Principal
from shared.problems import Conflict, Forbidden


class NotYourVote(Forbidden):
    """The caller does not hold the vote, or has voted for another partner."""

    code = "not_your_vote"
    title = "This vote is not yours"


class AlreadyVoted(Conflict):
    """The partner's one vote has been cast."""

    code = "already_voted"
    title = "This partner has voted"


class RoundOver(Conflict):
    """The round for which the vote was meant is over."""

    code = "round_over"
    title = "This round of votes is over"


@dataclass(frozen=True, slots=True)
class Round:
    """One round of votes: the stage entered to decide, by its running number, its date, and the votes cast so far."""

    number: int
    stage: Stage
    due_at: datetime
    votes: tuple[Vote, ...] = ()

    def tally(self, now: datetime) -> Tally:
        """How the round stands."""
        return tally(self.votes, rule_of(self.stage), self.due_at, now)


def rule_of(stage: Stage) -> Rule:
    """What follows at a stage without agreement: after silence, what its respond clock says."""
    assert stage.on_dissent is not None, "no ladder is made with a joint decision that lacks it"
    respond = stage.clock(Duty.RESPOND)
    silent = respond is not None and respond.on_breach is OnBreach.ADVANCE
    return Rule(stage.on_dissent, OnSilence.CLIMB if silent else OnSilence.WAIT)


def must_vote(round_: Round, principal: Principal, number: int, now: datetime) -> None:
    """Refuse who does not hold this vote, has cast it, comes too late, or means another round."""
    role = voting_role(round_.stage)
    if role not in principal.roles:
        raise NotYourVote(f"Stage {round_.stage.order} ({round_.stage.name}) is decided by: {role.replace('_', ' ')}.")
    if number != round_.number:
        raise RoundOver(
            f"You vote in round {number}; the votes are now in round {round_.number}. Read the decision again."
        )
    partner = Partner(principal.agency_type)
    for vote in round_.votes:
        if vote.partner is partner:
            raise AlreadyVoted(f"The vote of the {partner} is cast; each of the three has one.")
        if vote.voter == principal.subject:
            raise NotYourVote(f"You have voted for the {vote.partner}; nobody votes for two.")
    if round_.tally(now).verdict is Verdict.CLIMBS:
        raise RoundOver("The date for the votes has passed; the chiefs of the three partners decide now.")


def reasons(votes: Sequence[Vote], names: dict[Partner, str]) -> str:
    """What the three said, one paragraph each, as the outcome tells it to the agencies."""
    return "\n\n".join(
        f"{names[vote.partner]}{_marks(vote)}: {vote.choice.replace('_', ' ')}. {vote.reason}" for vote in votes
    )


def _marks(vote: Vote) -> str:
    marks = {"in its own cause": vote.own_cause, "by a deputy": vote.as_deputy}
    said = ", ".join(mark for mark, holds in marks.items() if holds)
    return f" ({said})" if said else ""
