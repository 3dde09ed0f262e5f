"""What is expected of an agency at a body's meetings."""

from dataclasses import dataclass

from services.governance.terms.domain import Term

EVERY_MEETING = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """At which share of a body's meetings an agency is to be there, in percent, while the term lasts."""

    agency_id: str
    share: int
    term: Term
