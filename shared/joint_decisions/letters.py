"""What is told of votes by e-mail: the three as a round opens, passes to their chiefs, and nears its date; who asked, that it ended."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row

from shared.db import Tx
from shared.deadlines import Rule
from shared.events import Cause
from shared.joint_decisions import queries
from shared.joint_decisions.domain import DecidedBy, Do, Partner
from shared.joint_decisions.kinds import Kinds
from shared.joint_decisions.queries import Tables
from shared.joint_decisions.said import CLIMBED, VOTES_ASKED, VOTES_CLIMBED, VOTES_ENDED, VOTES_REMINDED
from shared.letters.commands import Post
from shared.letters.domain import Addressee
from shared.rules import calendar


async def _of_contacts(tx: Tx, levels: Collection[DecidedBy]) -> Sequence[Addressee]:
    return ()


async def _of_nobody(tx: Tx, person_id: str, agency_id: str | None) -> Addressee | None:
    return None


@dataclass(frozen=True)
class VoteLetters:
    """One service's letters about its joint decisions, which are `noun`. `rule_on` has the rule `vote_reminded`.

    `voters` are those who hold the votes of these levels, `asker` is somebody of an agency, where the service knows addresses of
    theirs; where it does not, their agency's contact is told.
    """

    noun: str
    tables: Tables
    kinds: Kinds
    post: Post
    rule_on: Callable[[str, date], Rule]
    partners: Callable[[Tx], Awaitable[Mapping[Partner, str]]]
    voters: Callable[[Tx, Collection[DecidedBy]], Awaitable[Sequence[Addressee]]] = _of_contacts
    asker: Callable[[Tx, str, str | None], Awaitable[Addressee | None]] = _of_nobody

    async def ask(self, tx: Tx, row: Mapping[str, Any], do: Do) -> None:
        """Write to all three that a round of votes is open; to the delegates besides where it passes to their chiefs."""
        three = (await self.partners(tx)).values()
        if do in CLIMBED:
            await self._write(tx, VOTES_CLIMBED, row, three, await self.voters(tx, tuple(DecidedBy)), why=CLIMBED[do])
        else:
            await self._write(tx, VOTES_ASKED, row, three, await self._voters(tx, row))

    async def ended(self, tx: Tx, row: Mapping[str, Any]) -> None:
        """Write to who asked, and to the business unit, that there is an answer; which, is read after signing in."""
        person = await self.asker(tx, row["opened_by"], row["agency_id"])
        asked = [row["agency_id"]]
        await self._write(tx, VOTES_ENDED, row, asked, [person] if person else (), business_unit=True, due=None)

    async def remind(self, tx: Tx) -> int:
        """Write, once in a round and as a working day opens, to those of the three who have not voted; of how many decisions."""
        due = [row for row in await self._unreminded(tx) if self._remind_at(row) <= tx.now]
        three = await self.partners(tx) if due else {}
        for row in due:
            silent = [agency_id for partner, agency_id in three.items() if partner.value not in row.voted]
            await self._write(tx, VOTES_REMINDED, row._asdict(), silent, await self._voters(tx, row._asdict()))
        return len(due)

    async def _voters(self, tx: Tx, row: Mapping[str, Any]) -> Sequence[Addressee]:
        return await self.voters(tx, [DecidedBy(row["decided_by"])])

    async def next_reminder(self, tx: Tx) -> datetime | None:
        """When the next of the three is reminded."""
        return min((self._remind_at(row) for row in await self._unreminded(tx)), default=None)

    async def _unreminded(self, tx: Tx) -> Sequence[Row[Any]]:
        """The open decisions whose round was opened before the moment of its reminder, and has had none; with somebody to remind."""
        running = await queries.running(tx, self.tables, tx.now)
        rows = [row for row in running if row.round_opened_at < self._remind_at(row)]
        if not rows:
            return ()
        three = (await self.partners(tx)).keys()
        told = await self.post.told_of(tx, VOTES_REMINDED, self.noun, [str(row.id) for row in rows])
        reminded = {(one.about_id, one.facts["round"]) for one in told}
        return [row for row in rows if (str(row.id), row.round_number) not in reminded and three - set(row.voted)]

    def _remind_at(self, row: Row[Any]) -> datetime:
        counted = calendar()
        day = counted.date_of(row.due_at)
        return counted.due_before_working_days(day, self.rule_on("vote_reminded", day).amount) - counted.day

    async def _write(
        self,
        tx: Tx,
        occasion: str,
        row: Mapping[str, Any],
        agency_ids: Collection[str | None],
        people: Collection[Addressee],
        **more: Any,
    ) -> None:
        title = self.kinds.get(row["kind"], row["kind_version"]).title
        told = {"question": f"{title[:1].lower()}{title[1:]}", "round": row["round_number"], "due": row["due_at"]}
        await self.post.write(tx, occasion, Cause(self.noun, str(row["id"])), agency_ids, people=people, **told | more)
