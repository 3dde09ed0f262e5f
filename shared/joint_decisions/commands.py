"""Opens joint decisions, casts votes, follows what they say, and lets their dates pass."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, select, update

from shared.acting import By
from shared.contracts.joint_decisions import JointDecisionEvent, Tells
from shared.days import today
from shared.db import Tx, new_id
from shared.deadlines import due
from shared.etag import must_match
from shared.events import Cause, causes_data, causes_from
from shared.joint_decisions import queries
from shared.joint_decisions.domain import (
    DecidedBy,
    Do,
    Kind,
    Level,
    Round,
    Status,
    Tally,
    Verdict,
    following,
    must_vote,
    step,
    vote_of,
)
from shared.joint_decisions.kinds import Kinds
from shared.joint_decisions.queries import Tables
from shared.outbox import emit
from shared.policy import Principal
from shared.rules import calendar

BATCH = 100
ON_NEXT_INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True)
class Ballot:
    """What somebody votes for in which round, and why."""

    round: int
    choice: str
    reason: str


Ended = Callable[[Tx, Mapping[str, Any]], Awaitable[None]]
Asks = Callable[[Tx, Mapping[str, Any], Do], Awaitable[None]]


@dataclass(frozen=True, kw_only=True)
class Question:
    """What the three are asked. `subject` is the record that it is about, `concerned` the agencies in whose cause it is."""

    kind: str
    text: str
    subject: Cause | None = None
    concerned: Sequence[str] = ()
    causes: Sequence[Cause] = ()


@dataclass(frozen=True)
class JointDecisions:
    """One service's joint decisions. `ended` is called in the same transaction when one is reached, stands or is withdrawn.

    It gets the decision's row as it then is: `status`, `choice`, `verdict`, and what it is about. `asks` gets the row and
    what opened the round, in the same transaction too, whenever a round of votes opens; `answers` gets it when the three
    have decided or cannot.
    """

    tables: Tables
    kinds: Kinds
    tells: Tells
    ended: Ended | None = None
    asks: Asks | None = None
    answers: Ended | None = None

    async def open(self, tx: Tx, by: By, asked: Question, **more: Any) -> UUID:
        """Ask the three, by the version of the kind in force today; the decision's id. `more` are further columns,
        and the agency that asks where no person does.

        NotInForce where there is no such kind today.
        """
        kind = self.kinds.on(asked.kind, today(tx.now))
        causes = (*filter(None, [asked.subject]), *asked.causes)
        first = kind.levels[0]
        row = {
            "id": new_id(),
            "version": 1,
            "kind": kind.code,
            "kind_version": kind.version,
            "subject_type": asked.subject.type if asked.subject else None,
            "subject_id": asked.subject.id if asked.subject else None,
            "question": asked.text,
            "concerned_agency_ids": list(asked.concerned),
            "causes": causes_data(causes),
            "opened_at": tx.now,
            "opened_by": by.subject,
            "agency_id": by.agency_id,
            "status": Status.OPEN,
            "verdict": None,
            "choice": None,
            **_opening(1, first, tx.now),
            **more,
        }
        await tx.add(self.tables.decision, row)
        await self._open_round(tx, row, first, Do.OPEN, tx.now)
        decision_id: UUID = row["id"]
        return decision_id

    async def vote(self, tx: Tx, principal: Principal, decision_id: UUID, ballot: Ballot, name: str) -> None:
        """Cast the one vote of the caller's agency, whose `name` is that of the day, and follow what the votes then say.

        The lock makes two voters of one agency come one after the other. No version is asked for: colleagues' votes do
        not make one's own out of date, but a new round does. The caller has seen that the decision is visible.
        DecisionOver; NotYourVote; AlreadyVoted; RoundOver; Invalid for what is not to be chosen.
        """
        row = await queries.for_update(tx, self.tables, decision_id)
        step(Status(row.status), Do.VOTE)
        kind = self.kinds.get(row.kind, row.kind_version)
        round_ = await self._round(tx, row, kind)
        must_vote(round_, principal, ballot.round, tx.now)
        kind.must_offer(ballot.choice)
        mine = vote_of(principal, ballot.choice, ballot.reason, concerned=row.concerned_agency_ids)
        entry = {
            "decision_id": row.id,
            "round_number": row.round_number,
            "partner": mine.partner,
            "agency_id": principal.agency_id,
            "agency_name": name,
            "voter": mine.voter,
            "choice": mine.choice,
            "reason": mine.reason,
            "own_cause": mine.own_cause,
            "as_deputy": mine.as_deputy,
            "cast_at": tx.now,
        }
        await tx.add(self.tables.vote, entry)
        after = await self._write(tx, row._asdict(), {})
        said = {name: entry[name] for name in ("partner", "choice", "own_cause", "as_deputy")}
        await self._tell(tx, after, self.tells.voted, **said, voter_agency_id=principal.agency_id)
        await self._follow(tx, after, kind, replace(round_, votes=(*round_.votes, mine)), tx.now)

    async def withdraw(self, tx: Tx, by: By, decision_id: UUID, reason: str) -> None:
        """Take the question back; the votes that were cast stay. The caller has seen that she may. DecisionOver."""
        row = await queries.for_update(tx, self.tables, decision_id)
        must_match(by.if_match, row.version)
        status = step(Status(row.status), Do.WITHDRAW)
        after = await self._write(tx, row._asdict(), {"status": status, "ended_at": tx.now, "end_reason": reason})
        await self._tell(tx, after, self.tells.withdrawn)
        await self._end(tx, after)

    async def run_out(self, tx: Tx) -> int:
        """Follow silence where a date has passed, and tell, once, where votes are still awaited; how many in this batch."""
        decision = self.tables.decision
        waiting = select(decision.id).where(*self._running(), decision.due_at < tx.now).order_by(decision.due_at)
        found = await tx.rows(waiting.limit(BATCH).with_for_update())
        for one in found:
            row = await queries.for_update(tx, self.tables, one.id)
            kind = self.kinds.get(row.kind, row.kind_version)
            round_ = await self._round(tx, row, kind)
            if (tally := round_.tally(tx.now)).verdict is Verdict.OVERDUE:
                after = await self._write(tx, row._asdict(), {"overdue_at": tx.now})
                missing = tuple(partner.value for partner in tally.missing)
                await self._tell(tx, after, self.tells.overdue, due_at=row.due_at, missing=missing)
            else:
                await self._follow(tx, row._asdict(), kind, round_, row.due_at)
        return len(found)

    async def next_run_out(self, tx: Tx) -> datetime | None:
        """When the next date passes: the moment after it, for a vote on that instant is in time."""
        due_at: datetime | None = await tx.scalar(select(func.min(self.tables.decision.due_at)).where(*self._running()))
        return due_at + ON_NEXT_INSTANT if due_at else None

    def _running(self) -> tuple[Any, Any]:
        return self.tables.decision.status == Status.OPEN, self.tables.decision.overdue_at.is_(None)

    async def _round(self, tx: Tx, row: Row[Any], kind: Kind) -> Round:
        cast = await queries.votes(tx, self.tables, row.id, row.round_number)
        level = DecidedBy(row.decided_by)
        votes = tuple(queries.vote_from(one) for one in cast)
        return Round(row.round_number, level, kind.level(level).rule, row.due_at, votes)

    async def _follow(self, tx: Tx, row: Mapping[str, Any], kind: Kind, round_: Round, at: datetime) -> None:
        """End the decision, or open the next round `at` the instant that led to it; or nothing yet."""
        found = round_.tally(tx.now)
        match do := following(found):
            case None:
                return
            case Do.REACH | Do.STAND:
                await self._decide(tx, row, do, found, at)
            case _:
                status = step(Status(row["status"]), do)
                await self._tell(tx, row, self.tells.failed, verdict=found.verdict)
                level = kind.level_after(do, round_.decided_by)
                opening = _opening(round_.number + 1, level, at)
                after = await self._write(tx, row, {"status": status, "overdue_at": None, **opening})
                await self._open_round(tx, after, level, do, at)

    async def _decide(self, tx: Tx, row: Mapping[str, Any], do: Do, found: Tally, at: datetime) -> None:
        ending = {"verdict": found.verdict, "choice": found.choice, "ended_at": at}
        after = await self._write(tx, row, {"status": step(Status(row["status"]), do), **ending})
        if do is Do.REACH:
            dissenting = tuple(vote.partner.value for vote in found.dissenting)
            said = {"verdict": found.verdict, "choice": found.choice, "dissenting": dissenting}
            await self._tell(tx, after, self.tells.reached, **said)
        else:
            await self._tell(tx, after, self.tells.failed, verdict=found.verdict)
        await self._end(tx, after)
        if self.answers:
            await self.answers(tx, after)

    async def _open_round(self, tx: Tx, row: Mapping[str, Any], level: Level, do: Do, at: datetime) -> None:
        rule = level.deadline
        entry = {
            "decision_id": row["id"],
            "number": row["round_number"],
            "decided_by": level.decided_by,
            "opened_at": at,
            "opened_by": do,
            "due_at": row["due_at"],
            "deadline": f"{rule.code}/{rule.version}: {rule.amount} {rule.unit}, calendar {calendar().version}",
        }
        await tx.add(self.tables.round, entry)
        await self._tell(tx, row, self.tells.opened, opened_by=do, due_at=row["due_at"])
        if self.asks:
            await self.asks(tx, row, do)

    async def _write(self, tx: Tx, row: Mapping[str, Any], changed: Mapping[str, Any]) -> dict[str, Any]:
        values = {**changed, "version": row["version"] + 1}
        await tx.execute(update(self.tables.decision).where(self.tables.decision.id == row["id"]).values(**values))
        return {**row, **values}

    async def _end(self, tx: Tx, row: Mapping[str, Any]) -> None:
        if self.ended:
            await self.ended(tx, row)

    async def _tell(self, tx: Tx, row: Mapping[str, Any], event: type[JointDecisionEvent], **more: Any) -> None:
        facts = {
            name: row[name] for name in ("kind", "subject_type", "subject_id", "agency_id", "status", "decided_by")
        }
        facts |= {
            "subject": str(row["id"]),
            "concerned_agency_ids": tuple(row["concerned_agency_ids"]),
            "round": row["round_number"],
            "at": tx.now,
        }
        await emit(tx, event(**facts, **more), causes=causes_from(row["causes"]))


def _opening(number: int, level: Level, at: datetime) -> dict[str, Any]:
    due_at = due(level.deadline, at, calendar())
    return {"round_number": number, "decided_by": level.decided_by, "due_at": due_at}
