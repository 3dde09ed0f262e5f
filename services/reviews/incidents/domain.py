"""How an incident moves, what the law says of it, and who does what: the council alone notifies, and nothing blocks it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from shared.calendar import Calendar
from shared.moves import moved
from shared.policy import STATUTORY, Principal
from shared.problems import Conflict, Forbidden, Invalid


class Harm(StrEnum):
    """What came to a child, from the gravest."""

    DIED = "died"
    SERIOUSLY_HARMED = "seriously_harmed"
    NEAR_MISS = "near_miss"  # it might have, and did not

    @property
    def rank(self) -> int:
        """Smaller is graver."""
        return list(Harm).index(self)


class Abuse(StrEnum):
    """Whether abuse or neglect of the child is known or suspected."""

    KNOWN = "known"
    SUSPECTED = "suspected"
    NOT_SUSPECTED = "not_suspected"
    NOT_KNOWN = "not_known"  # nobody can say yet


class Place(StrEnum):
    """Where it happened, as the duty asks it."""

    IN_AREA = "in_area"
    OUTSIDE_ENGLAND = "outside_england"  # to a child who normally lives in the area
    ELSEWHERE_IN_ENGLAND = "elsewhere_in_england"


class Source(StrEnum):
    """On whose behalf a case is referred."""

    AGENCY = "agency"
    CHILD_DEATH_OVERVIEW_PANEL = "child_death_overview_panel"
    OTHER_AREA = "other_area"


class Opinion(StrEnum):
    """What a statutory partner thinks should be done. It is heard, and binds nobody."""

    NOTIFY = "notify"
    DO_NOT_NOTIFY = "do_not_notify"
    NOT_YET = "not_yet"


class Status(StrEnum):
    """Where an incident stands."""

    CONSIDERED = "considered"
    NEAR_MISS = "near_miss"  # nothing is to be notified; a review may be held all the same
    NOTIFIED = "notified"
    ACKNOWLEDGED = "acknowledged"  # by the national Panel, with a reference
    NOT_NOTIFIED = "not_notified"  # by all three
    WITHDRAWN = "withdrawn"  # the notification was
    JOINED = "joined"  # it is the same incident as another


class Do(StrEnum):
    """What is done to an incident; the same word in the URL, the command and the history."""

    RECORD = "record"
    AMEND = "amend"
    CHOOSE_START = "choose_start"
    GIVE_VIEW = "give_view"
    PROPOSE = "propose"
    DECIDE = "decide"  # the three have said that it is not notified
    STAND = "stand"  # they have not, and the duty stands
    RECLASSIFY = "reclassify"  # it turned out graver than what led to a near miss, or to all three saying no
    NOTIFY = "notify"
    ACKNOWLEDGE = "acknowledge"
    WITHDRAW = "withdraw"
    CONCLUDE = "conclude"  # what becomes of a near miss
    JOIN = "join"


S, D = Status, Do
TRANSITIONS: dict[tuple[Status, Do], Status] = {
    (S.CONSIDERED, D.AMEND): S.CONSIDERED,
    (S.CONSIDERED, D.CHOOSE_START): S.CONSIDERED,
    (S.CONSIDERED, D.GIVE_VIEW): S.CONSIDERED,
    (S.CONSIDERED, D.PROPOSE): S.CONSIDERED,
    (S.CONSIDERED, D.STAND): S.CONSIDERED,
    (S.CONSIDERED, D.DECIDE): S.NOT_NOTIFIED,
    (S.CONSIDERED, D.NOTIFY): S.NOTIFIED,
    (S.CONSIDERED, D.JOIN): S.JOINED,
    (S.NEAR_MISS, D.AMEND): S.NEAR_MISS,
    (S.NEAR_MISS, D.GIVE_VIEW): S.NEAR_MISS,
    (S.NEAR_MISS, D.CONCLUDE): S.NEAR_MISS,
    (S.NEAR_MISS, D.RECLASSIFY): S.CONSIDERED,
    (S.NEAR_MISS, D.NOTIFY): S.NOTIFIED,
    (S.NEAR_MISS, D.JOIN): S.JOINED,
    (S.NOT_NOTIFIED, D.AMEND): S.NOT_NOTIFIED,
    (S.NOT_NOTIFIED, D.GIVE_VIEW): S.NOT_NOTIFIED,
    (S.NOT_NOTIFIED, D.RECLASSIFY): S.CONSIDERED,
    (S.NOT_NOTIFIED, D.NOTIFY): S.NOTIFIED,  # the duty is the council's still
    (S.NOTIFIED, D.AMEND): S.NOTIFIED,
    (S.NOTIFIED, D.GIVE_VIEW): S.NOTIFIED,
    (S.NOTIFIED, D.NOTIFY): S.NOTIFIED,  # another child has died: one form for each
    (S.NOTIFIED, D.ACKNOWLEDGE): S.ACKNOWLEDGED,
    (S.NOTIFIED, D.WITHDRAW): S.WITHDRAWN,
    (S.ACKNOWLEDGED, D.AMEND): S.ACKNOWLEDGED,
    (S.ACKNOWLEDGED, D.NOTIFY): S.NOTIFIED,
    (S.ACKNOWLEDGED, D.ACKNOWLEDGE): S.ACKNOWLEDGED,  # the reference was written down wrongly
    (S.ACKNOWLEDGED, D.WITHDRAW): S.WITHDRAWN,
    (S.WITHDRAWN, D.NOTIFY): S.NOTIFIED,
}
NOBODY_ASKS_FOR = frozenset({D.DECIDE, D.STAND, D.RECLASSIFY})
BEFORE_THE_PANEL = frozenset({S.NOTIFIED, S.ACKNOWLEDGED})
KNOWN_OR_SUSPECTED = frozenset({Abuse.KNOWN, Abuse.SUSPECTED})


class NotTheCouncil(Forbidden):
    """The duty to notify is the council's alone, and so is all that goes with it."""

    code = "not_the_council"
    title = "The council alone does this"
    cure = "The council does it."


class NotAPartner(Forbidden):
    """The caller is of none of the three statutory partners."""

    code = "not_a_partner"
    title = "A statutory partner does this"
    cure = "They say what they think."


class MustBeNotified(Conflict):
    """The criteria are met, and the law leaves nothing to decide."""

    code = "must_be_notified"
    title = "This must be notified"
    cure = "The council notifies."


class NothingToNotify(Conflict):
    """Every child of the incident stands on a form that is with the Panel."""

    code = "nothing_to_notify"
    title = "Every form has been submitted"
    cure = "Amend the incident where there is another."


@dataclass(frozen=True, slots=True)
class ChildFacts:
    """What the law asks of one child."""

    harm: Harm
    looked_after: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One case of a rule: a child of whom all that it names is true. What it leaves open may be anything."""

    code: str
    title: str
    harm: tuple[Harm, ...]
    looked_after: bool | None
    abuse: tuple[Abuse, ...] | None
    source: str
    verified: bool

    def met_by(self, child: ChildFacts, abuse: Abuse) -> bool:
        """Whether it is this child's."""
        return (
            child.harm in self.harm
            and (self.looked_after is None or child.looked_after is self.looked_after)
            and (self.abuse is None or abuse in self.abuse)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Duties:
    """One version of what must always be notified, and of which notification needs no rapid review."""

    version: str
    always: tuple[Case, ...]
    without_review: tuple[Case, ...]
    effective_from: date
    effective_to: date | None

    def binding(self, children: Sequence[ChildFacts], abuse: Abuse) -> Case | None:
        """The case by which this incident is notified whatever anybody decides, or None."""
        return next((case for case in self.always if any(case.met_by(child, abuse) for child in children)), None)

    def exempting(self, children: Sequence[ChildFacts], abuse: Abuse) -> Case | None:
        """The case by which its notification needs no rapid review: one of them is each child's; or None."""
        found = [next((case for case in self.without_review if case.met_by(one, abuse)), None) for one in children]
        return found[0] if found and all(found) else None


def step(status: Status, do: Do) -> Status:
    """The status after `do`. NotNow where the table has no such transition; it says what is possible."""
    return moved(TRANSITIONS, status, do, "This incident", NOBODY_ASKS_FOR)


def gravest(children: Sequence[ChildFacts]) -> Harm:
    """The gravest harm of several children; of none, what is notified at least."""
    return min((child.harm for child in children), key=lambda harm: harm.rank, default=Harm.SERIOUSLY_HARMED)


def forms(harms: Sequence[tuple[int, Harm]]) -> list[tuple[int, ...]]:
    """The children on each form of the national Panel, by their numbers: one for each who died, one for all the others.

    An incident of which no child is described yet has one form all the same.
    """
    died = [(number,) for number, harm in harms if harm is Harm.DIED]
    others = tuple(number for number, harm in harms if harm is not Harm.DIED)
    return died + ([others] if others or not died else [])


def unsubmitted(harms: Sequence[tuple[int, Harm]], standing: Sequence[Sequence[int]]) -> list[tuple[int, ...]]:
    """The forms that are still to be submitted beside those that stand: who has died since has one of her own."""
    gone = {number for number, harm in harms if harm is Harm.DIED}
    covered = {number for form in standing for number in form if len(form) == 1 or number not in gone}
    missing = [(number, harm) for number, harm in harms if number not in covered]
    return forms(missing) if missing or not standing else []


def is_graver(was: Sequence[ChildFacts], abuse: Abuse, now: Sequence[ChildFacts], abuse_now: Abuse) -> bool:
    """Whether more has become known than was weighed: another child, graver harm, who was looked after, or that abuse is suspected.

    The children stand in the same order, those who have come to be known behind the others.
    """
    graver = any(
        then.harm.rank > child.harm.rank or child.looked_after > then.looked_after
        for then, child in zip(was, now, strict=False)
    )
    suspected = abuse_now in KNOWN_OR_SUSPECTED and abuse not in KNOWN_OR_SUSPECTED
    return len(now) > len(was) or graver or suspected


def must_be_council(council_id: str, principal: Principal) -> None:
    """Refuse who is not of the council on which the duty lies."""
    if council_id not in principal.agencies:
        raise NotTheCouncil(f"The duty to notify is {council_id}'s alone (Children Act 2004, section 16C).")


def must_be_partner(principal: Principal) -> None:
    """Refuse who speaks for none of the three."""
    if principal.agency_type not in STATUTORY:
        raise NotAPartner("The views of the council, the integrated care board and the police are recorded here.")


def must_be_open_to_decision(binding: Case | None) -> None:
    """Refuse to ask the three where the law has decided."""
    if binding:
        raise MustBeNotified(f"{binding.title}. A decision not to is not open to anybody. Source: {binding.source}.")


def check_happened(path: str, happened: datetime | None, now: datetime, calendar: Calendar) -> None:
    """Refuse an event that lies ahead, or before the calendar by which its time is counted."""
    if happened is None:
        return
    if happened > now:
        raise Invalid.field(path, "future", "This has happened already: it does not lie ahead.")
    if calendar.date_of(happened) < calendar.first:
        raise Invalid.field(path, "too_early", f"Time is counted here from {calendar.first} on.")


def said_of_duty(harm: str, abuse: str, place: str, binding: Case | None, *, another_form: bool = False) -> str:
    """What the law says of an incident, in one sentence."""
    if another_form:
        return "What has become known since the notification goes to the national Panel on a form of its own."
    if binding:
        return f"{binding.title}."
    if harm == Harm.NEAR_MISS:
        return "Nobody came to serious harm, so nothing is to be notified; a review may be held all the same."
    if abuse == Abuse.NOT_SUSPECTED:
        return "The duty is about abuse and neglect that is known or suspected, and here it is not suspected."
    if place == Place.ELSEWHERE_IN_ENGLAND:
        return "The duty is that of the council in whose area it happened."
    if abuse == Abuse.NOT_KNOWN:
        return "The council notifies as soon as it knows or suspects that the child was abused or neglected."
    return "A child died or was seriously harmed, and abuse or neglect is known or suspected: the council notifies."


def said_of_year(year: str, notified: int, recorded: int, not_notified: int) -> str:
    """A year in one sentence: that none was notified is said as loudly as any number."""
    if not recorded and not notified:
        return f"In {year} no serious incident was referred, and none was notified."
    told = "None was notified" if not notified else f"{notified} {'was' if notified == 1 else 'were'} notified"
    decided = f", and of {not_notified} the three partners decided that" + (
        " it need not be" if not_notified == 1 else " they need not be"
    )
    referred = f"{recorded} {'was' if recorded == 1 else 'were'} referred"
    return f"{told} in {year}; {referred}{decided if not_notified else ''}."
