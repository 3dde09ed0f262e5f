"""Keeps what stands in calendars in step with what takes place: writes letters, notes how far each has come, takes answers."""

import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import fields, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, ColumnElement, DateTime, Row, cast, select, update
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.dialects.postgresql import insert as upsert

from shared.db import Tx, new_id
from shared.errands import queued
from shared.invitations.domain import (
    KEPT_IN_FEEDS,
    NO_ADDRESS,
    SUPERSEDED,
    UID,
    Answer,
    Event,
    Guest,
    Occasion,
    Summons,
    Wording,
)
from shared.invitations.models import InvitationColumns
from shared.invitations.replies import Outcome, Reply

HAS_UID = sql("summons ->> 'uid' = :uid")


class Invitations:
    """The invitations of one service, in its own table."""

    def __init__(self, table: type[InvitationColumns], wording: Wording, host: str) -> None:
        self.table, self.wording, self._host = table, wording, host
        self._columns = tuple(table.__table__.c)  # type: ignore[attr-defined]
        self._about, self._guest = (getattr(table, name) for name in table.keys)

    async def tell(
        self, tx: Tx, about_id: UUID, event: Event, guests: Iterable[Guest], reason: str | None = None
    ) -> int:
        """Write to each of these guests in whose calendar it does not stand so; how many. `reason` is why it was moved.

        Who has no address is noted as not reached, so that somebody tells her otherwise.
        """
        newest, letters = await self.newest(tx, about_id), []
        for guest in guests:
            last = newest.get(guest.id)
            before = Summons.of(last.summons) if last else None
            if last and before and last.address == guest.address and not before.cancelled and before.same(event):
                continue
            moved = before and (before.times, before.place) != (event.times, event.place)
            facts = {one.name: getattr(event, one.name) for one in fields(Event)}
            summons = Summons(
                **facts,
                uid=before.uid if before else f"{secrets.token_hex(20)}@{self._host}",
                sequence=before.sequence + 1 if before else 0,
                reason=reason if moved else None,
            )
            kept = before and not before.cancelled and before.times == event.times
            letters.append(self._letter(tx, about_id, guest, summons) | _answer_of(last if kept else None))
        await self._write(tx, about_id, letters)
        return len(letters)

    async def take_back(
        self, tx: Tx, about_id: UUID, *, of: Collection[UUID] | None = None, reason: str | None = None
    ) -> int:
        """Take it out of the calendars of these guests, where it takes place without them; of all, where it does not. How many."""
        letters = []
        for guest_id, last in (await self.newest(tx, about_id)).items():
            before = Summons.of(last.summons)
            if before.cancelled or (of is not None and guest_id not in of):
                continue
            alone, sequence = of is not None, before.sequence + 1
            summons = replace(before, sequence=sequence, reason=reason, cancelled=True, alone=alone)
            letters.append(self._letter(tx, about_id, _guest(guest_id, last), summons))
        await self._write(tx, about_id, letters)
        return len(letters)

    async def remind(self, tx: Tx, about_id: UUID, *, but: Collection[UUID] = ()) -> int:
        """Remind its guests, but for these, those who have declined, and who was reminded of this very time; how many."""
        reminded = await self._letters(tx, about_id, Occasion.REMINDER)
        letters = []
        for guest_id, last in (await self.newest(tx, about_id)).items():
            summons = Summons.of(last.summons)
            if guest_id in but or summons.cancelled or last.answer == Answer.DECLINED:
                continue
            if any(self._is(one, guest_id) and Summons.of(one.summons).times == summons.times for one in reminded):
                continue
            letters.append(self._letter(tx, about_id, _guest(guest_id, last), summons, Occasion.REMINDER))
        await self._insert(tx, letters)
        return len(letters)

    async def answer(self, tx: Tx, reply: Reply) -> Outcome:
        """Take what a guest's calendar has answered; what does not count changes nothing.

        Her UID is known to nobody but her, so a reply that bears it comes from her or from whom she gave it to; of the
        latter the attendee is another.
        """
        found = select(*self._columns).where(HAS_UID.bindparams(uid=reply.uid), self._is_invitation)
        rows = await tx.rows(found.order_by(self.table.sequence.desc()).with_for_update())
        if not rows or not UID.fullmatch(reply.uid):
            return Outcome.UNKNOWN
        newest, summons = rows[0], Summons.of(rows[0].summons)
        if (newest.address or "").lower() != reply.attendee:
            return Outcome.SOMEBODY_ELSE
        if summons.cancelled:
            return Outcome.TAKEN_BACK
        stamped_at = min(reply.stamped_at or tx.wall, tx.wall)
        answered = next((Summons.of(row.summons) for row in rows if row.sequence == reply.sequence), None)
        if answered is None or answered.times != summons.times:
            return Outcome.OUTDATED
        if newest.reply_stamped_at and stamped_at < newest.reply_stamped_at:
            return Outcome.OUTDATED
        await self._note(tx, newest.id, answer=reply.answer, answered_at=tx.now, reply_stamped_at=stamped_at)
        if reply.answer is Answer.DECLINED and self.wording.declined:
            about_id, guest_id = (getattr(newest, name) for name in self.table.keys)
            asked = self._letter(tx, about_id, _guest(guest_id, newest), summons, Occasion.DECLINED)
            await self._insert(tx, [asked])
        return Outcome.TAKEN

    async def newest(self, tx: Tx, about_id: UUID) -> dict[UUID, Row[Any]]:
        """The newest state of the appointment that was written to each guest."""
        rows = await self._letters(tx, about_id, Occasion.INVITATION)
        return {getattr(row, self.table.keys[1]): row for row in rows}

    async def all(self, tx: Tx, about_id: UUID) -> Sequence[Row[Any]]:
        """Every letter, by guest, the last first. The caller has seen that what it is about is visible."""
        statement = select(*self._columns).where(self._about == about_id)
        order = (self.table.person_name, self._guest, self.table.sequence.desc(), self.table.queued_at.desc())
        return await tx.rows(statement.order_by(*order))

    async def standing(self, tx: Tx, *whose: ColumnElement[bool]) -> Sequence[Row[Any]]:
        """What stands in the calendars of these guests, and stood there of late, the earliest first."""
        newest = (
            select(*self._columns)
            .ext(distinct_on(self._about, self._guest))
            .where(self._is_invitation, *whose)
            .order_by(self._about, self._guest, self.table.sequence.desc())
            .subquery()
        )
        summons = newest.c.summons
        ends_at = cast(summons["ends_at"].astext, DateTime(timezone=True))
        stands = (~cast(summons["cancelled"].astext, Boolean), ends_at > tx.now - KEPT_IN_FEEDS)
        return await tx.rows(select(newest).where(*stands).order_by(summons["starts_at"].astext, newest.c.id))

    @property
    def _is_invitation(self) -> ColumnElement[bool]:
        return self.table.occasion == Occasion.INVITATION

    def _is(self, row: Row[Any], guest_id: UUID) -> bool:
        return bool(getattr(row, self.table.keys[1]) == guest_id)

    async def _letters(self, tx: Tx, about_id: UUID, occasion: Occasion) -> Sequence[Row[Any]]:
        of = (self._about == about_id, self.table.occasion == occasion)
        return await tx.rows(select(*self._columns).where(*of).order_by(self.table.sequence))

    async def _note(self, tx: Tx, letter_id: UUID, *still: ColumnElement[bool], **facts: Any) -> None:
        await tx.execute(update(self.table).where(self.table.id == letter_id, *still).values(**facts))

    async def _write(self, tx: Tx, about_id: UUID, letters: Sequence[Mapping[str, Any]]) -> None:
        """Keep these, and send no older letter to the same guests any more."""
        if letters:
            guests = [one[self.table.keys[1]] for one in letters]
            older = (self._about == about_id, self._guest.in_(guests), self.table.attempt_at.is_not(None))
            await tx.execute(update(self.table).where(*older).values(attempt_at=None, failure=SUPERSEDED))
            await self._insert(tx, letters)

    async def _insert(self, tx: Tx, letters: Sequence[Mapping[str, Any]]) -> None:
        if letters:
            await tx.execute(upsert(self.table).on_conflict_do_nothing(), [dict(one) for one in letters])

    def _letter(
        self, tx: Tx, about_id: UUID, guest: Guest, summons: Summons, occasion: Occasion = Occasion.INVITATION
    ) -> dict[str, Any]:
        about, invites = self.table.keys
        return {
            "id": new_id(),
            about: about_id,
            invites: guest.id,
            "occasion": occasion,
            "sequence": summons.sequence,
            "person_name": guest.name,
            "agency_id": guest.agency_id,
            "address": guest.address,
            "summons": summons.data(),
            **queued(tx),
            **({} if guest.address else {"attempt_at": None, "failure": NO_ADDRESS}),
            **_answer_of(None),
        }


def _guest(guest_id: UUID, row: Row[Any]) -> Guest:
    return Guest(guest_id, row.person_name, row.agency_id, row.address)


def _answer_of(row: Row[Any] | None) -> dict[str, str | datetime | None]:
    return {name: getattr(row, name, None) for name in ("answer", "answered_at", "reply_stamped_at")}
