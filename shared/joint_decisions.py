"""The joint decision of the three statutory safeguarding partners: one vote each, and what follows from the votes; pure.

Their duty is equal (Children Act 2004, section 16E), so a decision is joint only when all three vote for the same. What
follows when they do not, or do not vote in time, belongs to the rule of each decision and is data.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Partner(StrEnum):
    """A statutory safeguarding partner, by its type of agency. Each has one vote."""

    COUNCIL = "council"
    ICB = "icb"
    POLICE = "police"


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
    if late:
        return (Verdict.CLIMBS if rule.on_silence is OnSilence.CLIMB else Verdict.OVERDUE), None
    return Verdict.AWAITED, None


def _dissenting(votes: Sequence[Vote], choice: str | None) -> tuple[Vote, ...]:
    """Those who voted for something else than what is decided; all who voted, where they differ and nothing is."""
    if choice is None:
        return tuple(votes) if len({vote.choice for vote in votes}) > 1 else ()
    return tuple(vote for vote in votes if vote.choice != choice)
