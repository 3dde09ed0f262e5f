"""The joint decision of the three statutory safeguarding partners: one vote each, and what follows from the votes; pure.

Their duty is equal (Children Act 2004, section 16E), so a decision is joint only when all three vote for the same. What
follows when they do not, or do not vote in time, belongs to the rule of each decision and is data.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from shared.deadlines import Rule as Deadline
from shared.policy import Principal, Role
from shared.problems import Conflict, Forbidden, Invalid


class Partner(StrEnum):
    """A statutory safeguarding partner, by its type of agency. Each has one vote."""

    COUNCIL = "council"
    ICB = "icb"
    POLICE = "police"


class DecidedBy(StrEnum):
    """Who votes for a partner: whoever decides on the chief's behalf, or the chief. Each is a role."""

    DELEGATED_PARTNER = "delegated_partner"
    LEAD_PARTNER = "lead_partner"


class OnDissent(StrEnum):
    """What follows when the partners vote for different things."""

    CLIMB = "climb"  # their chiefs decide
    MAJORITY = "majority"  # what two of the three voted for; three ways apart, they vote again
    VOTE_AGAIN = "vote_again"  # a new round with a new date
    STANDS = "stands"  # what was in dispute stays as it was


class OnSilence(StrEnum):
    """What follows when the date passes and votes are missing."""

    CLIMB = "climb"  # their chiefs decide
    WAIT = "wait"  # the missing votes are still awaited, overdue
    STANDS = "stands"  # the question lapses, and all stays as it was


@dataclass(frozen=True, slots=True)
class Rule:
    """What follows when the three do not agree in time."""

    on_dissent: OnDissent
    on_silence: OnSilence


@dataclass(frozen=True, slots=True)
class Vote:
    """One partner's vote, cast by one person: what for, why, whether in a matter about the voter's own agency, or as deputy."""

    partner: Partner
    voter: str
    choice: str
    reason: str
    own_cause: bool = False
    as_deputy: bool = False


class Verdict(StrEnum):
    """How a round of votes stands."""

    AWAITED = "awaited"  # votes are still to come, and their date has not passed
    OVERDUE = "overdue"  # votes are still to come, and their date has passed
    AGREED = "agreed"
    MAJORITY = "majority"
    CLIMBS = "climbs"
    VOTED_AGAIN = "voted_again"
    STANDS = "stands"


@dataclass(frozen=True, slots=True)
class Tally:
    """The verdict, what is decided (None where nothing is), whose votes are missing, and the votes for anything else."""

    verdict: Verdict
    choice: str | None
    missing: tuple[Partner, ...]
    dissenting: tuple[Vote, ...]


FOLLOWS = {
    OnDissent.CLIMB: Verdict.CLIMBS,
    OnDissent.VOTE_AGAIN: Verdict.VOTED_AGAIN,
    OnDissent.STANDS: Verdict.STANDS,
}
FOLLOWS_SILENCE = {
    OnSilence.CLIMB: Verdict.CLIMBS,
    OnSilence.WAIT: Verdict.OVERDUE,
    OnSilence.STANDS: Verdict.STANDS,
}


def tally(votes: Sequence[Vote], rule: Rule, due_at: datetime, now: datetime) -> Tally:
    """Count a round of votes as of `now`; a vote on the due instant is in time.

    It ends as soon as no missing vote could change what follows: under most rules the second vote that differs ends it,
    for a child waits. Dissent goes before silence. ValueError where a partner or a person stands in it twice.
    """
    if len({vote.partner for vote in votes}) < len(votes) or len({vote.voter for vote in votes}) < len(votes):
        raise ValueError("each partner has one vote, and nobody votes for two")
    missing = tuple(partner for partner in Partner if all(vote.partner is not partner for vote in votes))
    verdict, choice = _verdict([vote.choice for vote in votes], rule, late=now > due_at)
    return Tally(verdict, choice, missing, _dissenting(votes, choice))


def _verdict(choices: Sequence[str], rule: Rule, *, late: bool) -> tuple[Verdict, str | None]:
    everybody = len(choices) == len(Partner)
    differ = len(set(choices)) > 1
    if everybody and not differ:
        return Verdict.AGREED, choices[0]
    if differ and rule.on_dissent is not OnDissent.MAJORITY:
        return FOLLOWS[rule.on_dissent], None
    if everybody:
        choice, count = Counter(choices).most_common(1)[0]
        return (Verdict.MAJORITY, choice) if count > 1 else (Verdict.VOTED_AGAIN, None)
    return (FOLLOWS_SILENCE[rule.on_silence] if late else Verdict.AWAITED), None


def _dissenting(votes: Sequence[Vote], choice: str | None) -> tuple[Vote, ...]:
    """Those who voted for something else than what is decided; all who voted, where they differ and nothing is."""
    if choice is None:
        return tuple(votes) if len({vote.choice for vote in votes}) > 1 else ()
    return tuple(vote for vote in votes if vote.choice != choice)


class NotYourVote(Forbidden):
    """The caller does not hold the vote, or has voted for another partner."""

    code = "not_your_vote"
    title = "This vote is not yours"
    cure = "Whoever holds it votes."


class AlreadyVoted(Conflict):
    """This partner's one vote has been cast."""

    code = "already_voted"
    title = "This partner has voted"
    cure = "Nothing; it stands."


class RoundOver(Conflict):
    """The round of votes is over."""

    code = "round_over"
    title = "This round of votes is over"
    cure = "Vote in the present one."


@dataclass(frozen=True, slots=True)
class Round:
    """One round of votes: its running number, who votes, by which rule and until when, and the votes cast so far."""

    number: int
    decided_by: DecidedBy
    rule: Rule
    due_at: datetime
    votes: tuple[Vote, ...] = ()

    def tally(self, now: datetime) -> Tally:
        """How the round stands."""
        return tally(self.votes, self.rule, self.due_at, now)


def must_vote(round_: Round, principal: Principal, number: int, now: datetime) -> None:
    """Refuse who has no vote; who means another round than that of `number`; who does not hold, has cast or is late with this one."""
    if Role.BUSINESS_UNIT in principal.roles:
        raise NotYourVote(
            "The business unit runs the partnership's business and has no vote, whatever seats its people hold."
        )
    role, holds_one = Role(round_.decided_by), any(Role(one) in principal.roles for one in DecidedBy)
    if holds_one and number != round_.number:  # who held the vote then is told that the round is over
        raise RoundOver(
            f"You vote in round {number}; the votes are now in round {round_.number}. Read the decision again."
        )
    if role not in principal.roles:
        raise NotYourVote(f"In this round each partner's vote is cast by its {role.replace('_', ' ')}.")
    partner = Partner(principal.agency_type)
    for vote in round_.votes:
        if vote.partner is partner:
            raise AlreadyVoted(f"The vote of the {partner} is cast; each of the three has one.")
        if vote.voter == principal.subject:
            raise NotYourVote(f"You have voted for the {vote.partner}; nobody votes for two.")
    match round_.tally(now).verdict:
        case Verdict.CLIMBS:
            raise RoundOver("The date for the votes has passed; the chiefs of the three partners decide now.")
        case Verdict.STANDS:
            raise RoundOver("The date for the votes has passed; all stays as it was.")


def vote_of(principal: Principal, choice: str, reason: str, concerned: Iterable[str]) -> Vote:
    """The vote of whoever must be able to cast it, marked where it is in the own cause or a deputy's.

    `concerned` are the agencies that the decision is about. A token says which roles somebody has, not from which seat
    each comes: a vote is a deputy's where the voter holds a deputy's seat.
    """
    return Vote(
        partner=Partner(principal.agency_type),
        voter=principal.subject,
        choice=choice,
        reason=reason,
        own_cause=not set(concerned).isdisjoint(principal.agencies),
        as_deputy=Role.DEPUTY in principal.roles,
    )


# From here on: a decision that is a record of its own, asked at one level or at two.


class Status(StrEnum):
    """Where a joint decision stands."""

    OPEN = "open"
    REACHED = "reached"
    STANDS = "stands"  # nothing is decided, and all stays as it was
    WITHDRAWN = "withdrawn"


class Do(StrEnum):
    """What happens to a joint decision: people vote and withdraw, the rest follows."""

    OPEN = "open"
    VOTE = "vote"
    REACH = "reach"
    DISSENT = "dissent"  # to the chiefs, because the delegates differ
    SILENCE = "silence"  # to the chiefs, because votes were missing when their date had passed
    VOTE_AGAIN = "vote_again"
    STAND = "stand"
    WITHDRAW = "withdraw"


TRANSITIONS: dict[tuple[Status, Do], Status] = {
    (Status.OPEN, Do.VOTE): Status.OPEN,
    (Status.OPEN, Do.DISSENT): Status.OPEN,
    (Status.OPEN, Do.SILENCE): Status.OPEN,
    (Status.OPEN, Do.VOTE_AGAIN): Status.OPEN,
    (Status.OPEN, Do.REACH): Status.REACHED,
    (Status.OPEN, Do.STAND): Status.STANDS,
    (Status.OPEN, Do.WITHDRAW): Status.WITHDRAWN,
}


class DecisionOver(Conflict):
    """The three have decided, or nothing is to be decided any more."""

    code = "decision_over"
    title = "This decision is over"
    cure = "Read the decision."


def step(status: Status, do: Do) -> Status:
    """The status after `do`. DecisionOver where the table has no such transition."""
    try:
        return TRANSITIONS[status, do]
    except KeyError:
        raise DecisionOver(f"This decision is {status}: nobody votes on it or withdraws it any more.") from None


def following(found: Tally) -> Do | None:
    """What follows from a tally at once; None while votes are awaited."""
    match found.verdict:
        case Verdict.AGREED | Verdict.MAJORITY:
            return Do.REACH
        case Verdict.CLIMBS:
            return Do.DISSENT if found.dissenting else Do.SILENCE
        case Verdict.VOTED_AGAIN:
            return Do.VOTE_AGAIN
        case Verdict.STANDS:
            return Do.STAND
    return None


@dataclass(frozen=True, slots=True)
class Level:
    """Who votes, until when, and what follows without agreement."""

    decided_by: DecidedBy
    deadline: Deadline
    rule: Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One version of what the three decide jointly. ValueError for one that climbs to nobody or leaves no choice.

    `choices` are the codes that are voted for, each with what it says; `otherwise` is what holds where nothing is decided.
    """

    code: str
    version: str
    title: str
    choices: tuple[tuple[str, str], ...]
    otherwise: str
    levels: tuple[Level, ...]
    source: str
    verified: bool
    effective_from: date
    effective_to: date | None

    def __post_init__(self) -> None:
        if len(dict(self.choices)) < 2 or len(dict(self.choices)) < len(self.choices):
            raise ValueError("there are two choices at least, each once")
        if [level.decided_by for level in self.levels] not in (
            [*DecidedBy],
            [DecidedBy.LEAD_PARTNER],
            [*DecidedBy][:1],
        ):
            raise ValueError("the delegated partners decide, the chiefs, or first these and then those")
        last = self.levels[-1].rule
        if last.on_dissent is OnDissent.CLIMB or last.on_silence is OnSilence.CLIMB:
            raise ValueError("nobody stands above the last level, so a decision does not climb from there")

    def level(self, decided_by: DecidedBy) -> Level:
        """The level at which these vote."""
        return next(level for level in self.levels if level.decided_by is decided_by)

    def level_after(self, do: Do, decided_by: DecidedBy) -> Level:
        """The level of the next round: the chiefs' after dissent and silence, else the same again."""
        return self.levels[-1] if do in {Do.DISSENT, Do.SILENCE} else self.level(decided_by)

    def must_offer(self, choice: str) -> None:
        """Refuse a choice that the kind does not have."""
        codes = [code for code, _ in self.choices]
        if choice not in codes:
            raise Invalid.field("choice", "unknown_choice", f"What is voted for is one of: {', '.join(codes)}.")
