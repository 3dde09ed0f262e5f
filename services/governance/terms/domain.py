"""The days on which something holds, both inclusive and in London; how a term is cut short, and when it is over."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from shared.days import DAY
from shared.problems import Conflict, Invalid


class Standing(StrEnum):
    """How a dated record stands on a day."""

    PLANNED = "planned"
    CURRENT = "current"
    ENDED = "ended"
    WITHDRAWN = "withdrawn"


class TermOver(Conflict):
    """The term is over, or was taken back."""

    code = "term_over"
    title = "The term is over"
    cure = "Give a new one."


class TermBegun(Conflict):
    """The term has begun, so that it can be ended and no longer taken back."""

    code = "term_begun"
    title = "The term has begun"
    cure = "End it."


@dataclass(frozen=True, slots=True)
class Term:
    """From a first to a last day; open at an end that is None."""

    starts_on: date | None
    ends_on: date | None

    def standing(self, day: date) -> Standing:
        """Whether it is to come, holds, or is over on that day."""
        if self.starts_on and day < self.starts_on:
            return Standing.PLANNED
        return Standing.ENDED if self.ends_on and self.ends_on < day else Standing.CURRENT

    def overlaps(self, other: "Term") -> bool:
        """Whether both hold on a same day."""
        return _before(self.starts_on, other.ends_on) and _before(other.starts_on, self.ends_on)

    def holds_through(self, other: "Term") -> bool:
        """Whether this one holds on every day of the other."""
        begins = self.starts_on is None or (other.starts_on is not None and self.starts_on <= other.starts_on)
        ends = self.ends_on is None or (other.ends_on is not None and other.ends_on <= self.ends_on)
        return begins and ends


def check_term(term: Term) -> None:
    """Refuse a term that ends before it begins."""
    if term.starts_on and term.ends_on and term.ends_on < term.starts_on:
        raise Invalid.field("ends_on", "order", "The last day comes before the first.")


def cut_short(term: Term, last_day: date, day: date) -> Term:
    """The term with an earlier last day, seen from `day`; yesterday at the earliest, for what was held was held.

    TermOver where nothing is left to end; Invalid for a day outside the term or further back.
    """
    match term.standing(day):
        case Standing.ENDED:
            raise TermOver("It is over already.")
        case Standing.PLANNED:
            raise Invalid.field(
                "ends_on", "not_begun", "It has not begun: take it back (withdraw) instead of ending it."
            )
    earliest = max(day - DAY, term.starts_on or date.min)
    if last_day < earliest:
        raise Invalid.field("ends_on", "too_early", f"The last day can be {earliest} at the earliest.")
    if term.ends_on and last_day >= term.ends_on:
        raise Invalid.field("ends_on", "not_earlier", f"It ends on {term.ends_on} anyway. To go on, record a new one.")
    return Term(term.starts_on, last_day)


def check_withdrawn(term: Term, day: date) -> None:
    """Refuse to take back what has begun."""
    match term.standing(day):
        case Standing.ENDED:
            raise TermOver("It is over already.")
        case Standing.CURRENT:
            raise TermBegun("It has begun: end it instead.")


def _before(first: date | None, last: date | None) -> bool:
    return first is None or last is None or first <= last
