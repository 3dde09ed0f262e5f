"""How a practice review moves from its commissioning to its publication, what each step asks, and what it is called."""

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime
from enum import StrEnum
from itertools import count, product
from string import ascii_uppercase

from shared.calendar import Calendar
from shared.days import LONDON, today
from shared.deadlines import Rule
from shared.moves import NotNow, moved
from shared.problems import Conflict, FieldError, Invalid


class Kind(StrEnum):
    """What is held."""

    LCSPR = "lcspr"  # a local child safeguarding practice review
    THEMATIC = "thematic"
    PRACTICE_LEARNING = "practice_learning"
    JOINT = "joint"  # a local review held with another area


class Status(StrEnum):
    """Where a review stands."""

    COMMISSIONED = "commissioned"
    UNDER_WAY = "under_way"
    ACCURACY_CHECK = "accuracy_check"
    AWAITING_SIGN_OFF = "awaiting_sign_off"
    SIGNED_OFF = "signed_off"
    SENT = "sent"
    PUBLISHED = "published"
    WITHHELD = "withheld"  # signed off, and for a child's sake not published, or no more
    WITHDRAWN = "withdrawn"  # it was commissioned by mistake


class Do(StrEnum):
    """What moves a review; the same word in the URL, the command and the history."""

    COMMISSION = "commission"
    WITHDRAW = "withdraw"
    INVOLVE = "involve"
    EXCUSE = "excuse"
    BEGIN = "begin"
    WRITE = "write"
    CIRCULATE = "circulate"
    ANSWER = "answer"
    REVISE = "revise"
    SUBMIT = "submit"
    SIGN_OFF = "sign_off"
    WITHHOLD = "withhold"
    SEND_BACK = "send_back"
    SEND = "send"
    PUBLISH = "publish"
    TAKE_DOWN = "take_down"


class Part(StrEnum):
    """The parts of a report: the headings of the summaries that the partnership has published, none of which has them all."""

    WHAT_HAPPENED = "what_happened"
    GOOD_PRACTICE = "good_practice"
    LEARNING = "learning"
    RECOMMENDATIONS = "recommendations"
    ACTION = "action"
    ASSURANCE = "assurance"
    IMPACT = "impact"


TRANSITIONS: dict[tuple[Status, Do], Status] = {
    (Status.COMMISSIONED, Do.WITHDRAW): Status.WITHDRAWN,
    (Status.COMMISSIONED, Do.INVOLVE): Status.COMMISSIONED,
    (Status.COMMISSIONED, Do.EXCUSE): Status.COMMISSIONED,
    (Status.COMMISSIONED, Do.BEGIN): Status.UNDER_WAY,
    (
        Status.UNDER_WAY,
        Do.INVOLVE,
    ): Status.UNDER_WAY,  # later it is revised first: who is involved is asked for the facts
    (Status.UNDER_WAY, Do.EXCUSE): Status.UNDER_WAY,
    (Status.UNDER_WAY, Do.WRITE): Status.UNDER_WAY,
    (Status.UNDER_WAY, Do.CIRCULATE): Status.ACCURACY_CHECK,
    (Status.ACCURACY_CHECK, Do.ANSWER): Status.ACCURACY_CHECK,
    (Status.ACCURACY_CHECK, Do.REVISE): Status.UNDER_WAY,
    (Status.ACCURACY_CHECK, Do.SUBMIT): Status.AWAITING_SIGN_OFF,
    (Status.AWAITING_SIGN_OFF, Do.REVISE): Status.UNDER_WAY,  # the three are asked no more
    (Status.AWAITING_SIGN_OFF, Do.SIGN_OFF): Status.SIGNED_OFF,
    (Status.AWAITING_SIGN_OFF, Do.WITHHOLD): Status.WITHHELD,
    (Status.AWAITING_SIGN_OFF, Do.SEND_BACK): Status.UNDER_WAY,
    (Status.SIGNED_OFF, Do.REVISE): Status.UNDER_WAY,
    (Status.SIGNED_OFF, Do.SEND): Status.SENT,
    (Status.SENT, Do.REVISE): Status.UNDER_WAY,
    (Status.SENT, Do.PUBLISH): Status.PUBLISHED,
    (Status.PUBLISHED, Do.TAKE_DOWN): Status.WITHHELD,
    (Status.WITHHELD, Do.SEND): Status.WITHHELD,  # the Panel has it all the same, and hears why
    (Status.WITHHELD, Do.REVISE): Status.UNDER_WAY,
}
ENDED = frozenset({Status.PUBLISHED, Status.WITHHELD, Status.WITHDRAWN})
LEARNT = frozenset(
    {Status.PUBLISHED, Status.WITHHELD}
)  # what it teaches goes to staff, whether or not the report is public
NOBODY_ASKS_FOR = frozenset({Do.SIGN_OFF, Do.WITHHOLD, Do.SEND_BACK})  # the three decide it by their votes


class Silence(StrEnum):
    """What it means that an agency has not said by its day whether the facts in a report are right."""

    FACTS_STAND = "facts_stand"
    AWAITED = "awaited"

    @property
    def said(self) -> str:
        """In a sentence."""
        return SILENCE[self]


SILENCE = {
    Silence.FACTS_STAND: "The report goes to the three partners without its answer.",
    Silence.AWAITED: "The report waits for its answer.",
}
NAMED_BY_LETTERS = frozenset({Kind.LCSPR, Kind.JOINT})


class NotReady(Conflict):
    """Something that this step asks for is not done yet."""

    code = "review_not_ready"
    title = "Something is still to be done"
    cure = "`detail` says what."


class NotChecked(Conflict):
    """Nobody but its authors has read this very text for what could identify a child."""

    code = "publication_not_checked"
    title = "The text has not been checked for publication"
    cure = "Ask for the publication check."


class Held(Conflict):
    """Proceedings hold the publication."""

    code = "publication_held"
    title = "Proceedings hold the publication"
    cure = "Wait until who stated the hold lifts it."


def step(status: Status, do: Do) -> Status:
    """The status after `do`. NotNow where the table has no such transition; it says what is possible."""
    return moved(TRANSITIONS, status, do, "This review", NOBODY_ASKS_FOR)


def must_run(status: Status) -> None:
    """Refuse what belongs to a review at work once it is at its end."""
    if status in ENDED:
        raise NotNow(f"This review is {status}: what led to it stays as it was.")


def letters_after(known: Collection[str], wanted: int) -> tuple[str, ...]:
    """The next names in sequence, so many, after the last that is known: A to Z, then AA to AZ, BA and on.

    A letter says nothing of a child's name, and none is given twice or filled in where an older one is unknown.
    """
    last = max(known, key=_place, default="")
    later = (letters for letters in _sequence() if not last or _place(letters) > _place(last))
    return tuple(next(later) for _ in range(wanted))


def named(letters: Collection[str]) -> str:
    """What a review of these children is called: `Child L`, `Child M and N`, `Child P, Q and R`."""
    *others, last = letters
    return f"Child {', '.join(others)} and {last}" if others else f"Child {last}"


def check_naming(kind: Kind, children: int | None, title: str | None) -> None:
    """Refuse a local review without its number of children, or with a title of its own; another kind the other way round."""
    if kind in NAMED_BY_LETTERS:
        if not children:
            raise Invalid.field(
                "children", "missing", "How many children is it about? Their letters follow the last given."
            )
        if title:
            raise Invalid.field(
                "title", "named_in_sequence", "Children are named in sequence, Child L: leave the title out."
            )
    elif children or not title:
        path = "children" if children else "title"
        raise Invalid.field(
            path, "named_by_theme", "A review of this kind is about a theme: give it a title and no children."
        )


def check_areas(kind: Kind, areas: Collection[str], led_by: str | None = None) -> None:
    """A joint review names the other area; a thematic one may. One of those leads it, or this partnership."""
    if kind is Kind.JOINT and not areas:
        raise Invalid.field("areas", "missing", "With which other area is it held?")
    if areas and kind is Kind.PRACTICE_LEARNING:
        raise Invalid.field("areas", "one_area", "A practice learning review is held in one area.")
    if led_by and led_by not in areas:
        message = "Who leads is one of `areas`, as it is named there, or this partnership: then leave it out."
        raise Invalid.field("led_by", "not_an_area", message)


def check_sent_on(sent_on: date, signed_at: datetime | None, now: datetime) -> None:
    """What has been sent is the text that the three have signed, so not before they had, and not on a day that lies ahead."""
    if sent_on > today(now):
        raise Invalid.field("sent_on", "future", "Say it when it has been sent.")
    if signed_at and sent_on < today(signed_at):
        message = f"The three signed this text on {today(signed_at)}: what was sent before was another."
        raise Invalid.field("sent_on", "before_sign_off", message)


def check_decided_on(decided_on: date, now: datetime) -> None:
    """The decision lies behind, or is today's."""
    if decided_on > today(now):
        raise Invalid.field("decided_on", "future", "The decision to hold the review lies ahead.")


def text_hash(parts: Mapping[str, str]) -> str:
    """SHA-256 of a report's text, whatever the order in which its parts were written."""
    return hashlib.sha256(json.dumps(sorted(parts.items()), ensure_ascii=False).encode()).hexdigest()


def must_be_ready_to_begin(*, reviewers: int, terms: int) -> None:
    """A reviewer is appointed, and there are terms of reference."""
    _must(
        (reviewers > 0, "a reviewer, checked against the six requirements"),
        (terms > 0, "terms of reference"),
    )


def must_be_ready_to_submit(
    silent: Collection[str], wrong: Collection[str], due_on: date, means: Silence, now: datetime, despite: str | None
) -> None:
    """Every agency has said whether the facts are right, or its silence after its day counts.

    What was wrong is put right; or it is said why the report goes to the three although an agency finds it wrong.
    """
    if despite and not wrong:
        raise Invalid.field("despite", "nothing_wrong", "No agency finds anything wrong: leave it out.")
    late = today(now) > due_on and means is Silence.FACTS_STAND
    _must(
        (late or not silent, f"the answers of {', '.join(sorted(silent))}, until {due_on}"),
        (
            not wrong or despite,
            f"what {', '.join(sorted(wrong))} found wrong: written again, or `despite` says why it stays",
        ),
    )


def _must(*asked: tuple[object, str]) -> None:
    missing = [what for done, what in asked if not done]
    if missing:
        raise NotReady(f"Still missing: {'; '.join(missing)}.")


def earliest_publication(rule: Rule, sent_on: date, calendar: Calendar) -> date:
    """The first day on which a report sent on a day may be published, under a rule that counts back from publication."""
    return calendar.date_of(calendar.due_after_working_days(noon(sent_on), rule.amount))


def must_publish(*, held: Collection[str], not_before: date, checked: bool, now: datetime) -> None:
    """Refuse to publish while proceedings hold it, before its day, or a text that no second person has read."""
    if held:
        raise Held(f"It is held for {', '.join(sorted(held))} proceedings; who stated a hold lifts it.")
    if today(now) < not_before:
        raise NotReady(f"The Panel and the Secretary of State have it first: it may be published from {not_before}.")
    if not checked:
        raise NotChecked("Ask for the publication check: a second person reads this very text for what could identify.")


def is_overdue(status: Status, publish_by: date | None, *, held: bool, now: datetime) -> bool:
    """Whether it should be published by now and is not; a hold for proceedings is no delay."""
    return status not in ENDED and not held and publish_by is not None and today(now) > publish_by


def faults_of_letters(letters: Collection[str]) -> list[FieldError]:
    """What is wrong with letters that a file gives: capitals, in order, none twice."""
    right = all(one.isascii() and one.isalpha() and one.isupper() and len(one) <= 3 for one in letters)
    if right and list(letters) == sorted(set(letters), key=_place):
        return []
    return [FieldError("letters", "letters", "Letters are capitals in their order, none twice: [H, I].")]


def noon(day: date) -> datetime:
    """The instant from which a clock counts that starts on a day."""
    return datetime(day.year, day.month, day.day, 12, tzinfo=LONDON)


def _sequence() -> Iterator[str]:
    for length in count(1):
        yield from ("".join(letters) for letters in product(ascii_uppercase, repeat=length))


def _place(letters: str) -> tuple[int, str]:
    return len(letters), letters
