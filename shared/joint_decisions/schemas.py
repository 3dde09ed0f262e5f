"""What a vote says, and what is shown of a joint decision; a service adds what is its own."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import ConfigDict, Field, JsonValue
from sqlalchemy import Row

from shared.deadlines import Unit
from shared.joint_decisions.domain import DecidedBy, Do, Kind, OnDissent, OnSilence, Partner, Status, Verdict
from shared.listing import Listing
from shared.paging import GREATEST
from shared.schemas import AgencyId, Code, Instant, Number, Prose, Response, Worded

CODE = r"^[a-z]+(_[a-z]+)*$"
Choice = Annotated[str, Field(pattern=CODE, max_length=50, description="One of the decision's `choices`.")]
PartnerCode = Annotated[str, Code(Partner)]
EXAMPLE: dict[str, JsonValue] = {
    "round": 1,
    "choice": "commission",
    "reason": "Three audits in a row have asked for it.",
}


class CastVote(Worded):
    """One partner's vote. Its reason is kept: it may turn out to be the dissent."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    round: Annotated[
        Number, Field(ge=1, le=1000, description="The round in which you vote, from the decision that you read.")
    ]
    choice: Choice
    reason: Prose


class ChoiceShown(Response):
    """Something that may be voted for."""

    code: str
    title: str


class VoteShown(Response):
    """A vote that was cast."""

    partner: PartnerCode
    agency_id: str
    agency_name: Annotated[str, Field(description="Of the day.")]
    choice: str
    reason: str
    own_cause: Annotated[bool, Field(description="The decision is about the voter's own agency.")]
    as_deputy: Annotated[bool, Field(description="Cast by a named deputy of whoever usually votes.")]
    cast_at: Instant


class RoundShown(Response):
    """One round of votes; the last one runs while `ended_at` is null."""

    number: int
    decided_by: Annotated[str, Code(DecidedBy)]
    on_dissent: Annotated[str, Code(OnDissent)]
    on_silence: Annotated[str, Code(OnSilence)]
    opened_at: Instant
    opened_by: Annotated[str, Code(Do)]
    due_at: Instant
    deadline: Annotated[str, Field(description="The rule by which the date was given, and its calendar.")]
    ended_at: Instant | None
    missing: Annotated[list[PartnerCode], Field(max_length=3)]
    votes: Annotated[list[VoteShown], Field(max_length=3)]


class DecisionShown(Response):
    """A question to the three, and how it stands."""

    id: UUID
    kind: str
    kind_version: str
    title: Annotated[str, Field(description="What this kind of decision is about.")]
    question: str
    subject_type: str | None
    subject_id: str | None
    concerned_agency_ids: Annotated[
        list[str], Field(max_length=20, description="The agencies that it is about; their votes are marked.")
    ]
    agency_id: Annotated[str, Field(description="The agency that opened it.")]
    status: Annotated[str, Code(Status)]
    round: int
    decided_by: Annotated[str, Code(DecidedBy)]
    opened_at: Instant
    due_at: Annotated[Instant, Field(description="Until when the votes of the present round, or the last, are due.")]
    overdue: bool
    missing: Annotated[list[PartnerCode], Field(max_length=3, description="Whose votes the present round awaits.")]
    verdict: Annotated[str, Code(Verdict)] | None
    choice: Annotated[str | None, Field(description="What was decided.")]
    in_words: Annotated[str, Field(description="How it ended, or what it waits for.")]
    ended_at: Instant | None
    end_reason: Annotated[str | None, Field(description="Why it was withdrawn.")]


class DecisionPage(Response):
    """One page, newest first; `next` is the cursor of the page after it, null at the end."""

    items: Annotated[list[DecisionShown], Field(max_length=GREATEST)]
    next: Annotated[str | None, Field(max_length=500)]


class ListDecisions(Listing):
    """How a list is narrowed and paged."""

    status: Status | None = None
    kind: Annotated[str | None, Field(pattern=CODE, max_length=50)] = None
    decided_by: DecidedBy | None = None
    subject_id: Annotated[str | None, Field(pattern=r"^[A-Za-z0-9-]+$", max_length=100)] = None
    concerned_agency_id: AgencyId | None = None
    overdue: Annotated[bool | None, Field(description="Votes are missing, and their date has passed.")] = None
    mine_to_vote: Annotated[
        bool | None, Field(description="Your vote is awaited: you hold it, and it is not cast.")
    ] = None


class Withdraw(Worded):
    """The question is taken back."""

    reason: Prose


class LevelShown(Response):
    """Who votes, until when, and what follows without agreement."""

    decided_by: Annotated[str, Code(DecidedBy)]
    amount: int
    unit: Annotated[str, Code(Unit)]
    on_dissent: Annotated[str, Code(OnDissent)]
    on_silence: Annotated[str, Code(OnSilence)]


class KindShown(Response):
    """What the three decide jointly, and by which rule."""

    code: str
    version: str
    title: str
    choices: Annotated[list[ChoiceShown], Field(max_length=10)]
    otherwise: Annotated[str, Field(description="What holds where nothing is decided.")]
    levels: Annotated[list[LevelShown], Field(max_length=2)]
    source: str
    verified: Annotated[bool, Field(description="Whether the rule was read in its source.")]
    effective_from: date
    effective_to: date | None


class KindsShown(Response):
    """The kinds in force today."""

    items: Annotated[list[KindShown], Field(max_length=100)]


class DecisionWhole(DecisionShown):
    """A joint decision with all that may be chosen and every round, oldest first."""

    choices: Annotated[list[ChoiceShown], Field(max_length=10)]
    otherwise: Annotated[str, Field(description="What holds where nothing is decided.")]
    source: str
    verified: Annotated[bool, Field(description="Whether the rule was read in its source.")]
    rounds: Annotated[list[RoundShown], Field(max_length=1000)]


def kinds_shown(kinds: Sequence[Kind]) -> KindsShown:
    """The kinds in force."""
    return KindsShown.model_construct(items=[_kind(kind) for kind in kinds])


def _kind(kind: Kind) -> KindShown:
    levels = [
        LevelShown.model_construct(
            decided_by=level.decided_by,
            amount=level.deadline.amount,
            unit=level.deadline.unit,
            on_dissent=level.rule.on_dissent,
            on_silence=level.rule.on_silence,
        )
        for level in kind.levels
    ]
    fields = ("code", "version", "title", "otherwise", "source", "verified", "effective_from", "effective_to")
    return KindShown.model_construct(
        **{name: getattr(kind, name) for name in fields}, choices=_choices(kind), levels=levels
    )


def _choices(kind: Kind) -> list[ChoiceShown]:
    return [ChoiceShown.model_construct(code=code, title=title) for code, title in kind.choices]


def shown(row: Row[Any], kind: Kind, now: datetime) -> dict[str, Any]:
    """The fields of a decision, as a list shows it."""
    running = row.status == Status.OPEN
    missing = [partner.value for partner in Partner if partner not in row.voted] if running else []
    return row._asdict() | {
        "title": kind.title,
        "round": row.round_number,
        "overdue": running and now > row.due_at,
        "missing": missing,
        "in_words": _sentence(row, kind, missing),
    }


def whole(
    row: Row[Any], kind: Kind, rounds: Sequence[Row[Any]], votes: Sequence[Row[Any]], now: datetime
) -> dict[str, Any]:
    """The fields of a decision with its rounds."""
    ends = [following.opened_at for following in rounds[1:]] + [row.ended_at]
    return shown(row, kind, now) | {
        "choices": _choices(kind),
        "otherwise": kind.otherwise,
        "source": kind.source,
        "verified": kind.verified,
        "rounds": [_round(one, ended_at, kind, votes) for one, ended_at in zip(rounds, ends, strict=True)],
    }


def _round(row: Row[Any], ended_at: datetime | None, kind: Kind, votes: Sequence[Row[Any]]) -> RoundShown:
    cast = [VoteShown.model_construct(**vote._mapping) for vote in votes if vote.round_number == row.number]
    rule = kind.level(DecidedBy(row.decided_by)).rule
    return RoundShown.model_construct(
        **row._mapping,
        on_dissent=rule.on_dissent,
        on_silence=rule.on_silence,
        ended_at=ended_at,
        missing=[partner.value for partner in Partner if all(vote.partner != partner for vote in cast)],
        votes=cast,
    )


def _sentence(row: Row[Any], kind: Kind, missing: Sequence[str]) -> str:
    match row.status:
        case Status.REACHED:
            return f"{'All three' if row.verdict == Verdict.AGREED else 'Two of the three'}: {dict(kind.choices)[row.choice]}"
        case Status.STANDS:
            return f"Nothing was decided. {kind.otherwise}"
        case Status.WITHDRAWN:
            return "The question was withdrawn."
    names = ", ".join(_NAMES[Partner(partner)] for partner in missing)
    return f"Awaited: {names}, each by its {row.decided_by.replace('_', ' ')}."


_NAMES = {Partner.COUNCIL: "the council", Partner.ICB: "the ICB", Partner.POLICE: "the police"}
