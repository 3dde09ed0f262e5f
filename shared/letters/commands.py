"""Writes letters and sends them: each to one contact, and noted as far as it has come."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, bindparam, select

from shared import mail
from shared.contacts import Directories
from shared.db import ServiceBase, Tx, new_id
from shared.directory import Contact, Purpose
from shared.errands import Errand, queued
from shared.events import Cause, instant
from shared.letters.domain import NOBODY, NOBODY_TOLD, Addressee, Said, worded
from shared.policy import Seniority
from shared.rules import calendar
from shared.settings import Settings


@dataclass(frozen=True)
class Post:
    """One service's letters. `said` is what each occasion says, `paths` where a noun's records are read, `more` further columns."""

    letter: type[ServiceBase]
    directories: Directories
    said: Mapping[str, Said]
    paths: Mapping[str, str]
    more: Mapping[str, Any] = field(default_factory=dict)

    async def write(
        self,
        tx: Tx,
        occasion: str,
        about: Cause,
        agency_ids: Collection[str | None],
        *,
        business_unit: bool = False,
        people: Collection[Addressee] = (),
        **facts: Any,
    ) -> None:
        """Write to the contacts of these agencies, or to `people` of theirs in the contacts' place; to the business unit's.

        `facts` are what the sentence names, with `reference` and `due`, a day or an instant, where there are such. Of an
        agency with nobody to tell the business unit hears.
        """
        told = sorted({one for one in agency_ids if one})
        found = await self.directories.directory(tx, told, (Purpose.BUSINESS_UNIT,))
        unit = found.named_for((Purpose.BUSINESS_UNIT,))
        rows: list[dict[str, Any]] = []

        def add(occasion: str, agency_id: str, contacts: Sequence[Contact], facts: Mapping[str, Any]) -> bool:
            reached = [one for one in contacts if one.email]
            base = self._row(tx, occasion, about, agency_id, facts)
            rows.extend(base | _to(one) for one in reached)
            return bool(reached)

        for agency_id in told:
            if theirs := [one for one in people if one.agency_id == agency_id]:
                base = self._row(tx, occasion, about, agency_id, facts)
                rows.extend(base | _to_herself(one) for one in theirs)
            elif not add(
                occasion, agency_id, found.whom(agency_id, tx.now, Seniority.SENIOR_MANAGER, immediate=False), facts
            ):
                rows.append(self._row(tx, occasion, about, agency_id, facts) | _unreached(tx))
                what = self.said[occasion].subject.format(**facts)
                unreached = {"agency": found.names.get(agency_id, agency_id), "what": what}
                for one in unit:
                    add(NOBODY_TOLD, one.agency_id, [one], dict(facts) | unreached)
        if business_unit:
            reached = {row["address"] for row in rows}
            for one in unit:
                if one.email not in reached:
                    add(occasion, one.agency_id, [one], facts)
        if rows:
            await tx.add(self.letter, [{"id": new_id(), **row} for row in rows])

    def _row(self, tx: Tx, occasion: str, about: Cause, agency_id: str, facts: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "occasion": occasion,
            "about_type": about.type,
            "about_id": about.id,
            "agency_id": agency_id,
            "facts": {name: _plain(value) for name, value in facts.items()},
            "written_at": tx.now,
            "leaves_at": calendar().effective_start(tx.now),
            **queued(tx),
            "failed_at": None,
            **self.more,
        }

    async def told_of(self, tx: Tx, occasion: str, noun: str, ids: Collection[str]) -> Sequence[Row[Any]]:
        """The letters of one occasion about some records of one noun: `about_id` and `facts` of each."""
        if not ids:
            return ()
        letter = self.letter.__table__.c
        about = letter.about_type == noun, letter.about_id.in_(ids), letter.occasion == occasion
        return await tx.rows(select(letter.about_id, letter.facts).where(*about))

    def written(self, row: Row[Any], settings: Settings) -> mail.Letter:
        """What one row is as a letter."""
        address = f"{settings.public_url}{self.paths[row.about_type].format(id=row.about_id)}"
        said = NOBODY if row.occasion == NOBODY_TOLD else self.said[row.occasion]
        subject, words = worded(said, row.facts, address, row.written_at)
        return mail.Letter(str(row.id), row.address, subject, words, row.queued_at)

    def errand(self) -> Errand:
        """What takes them to the mail server, in working hours."""
        columns = self.letter.__table__.c
        return Errand(self.letter, self.written, select(*columns).where(columns.leaves_at <= bindparam("now")))


def _plain(value: Any) -> Any:
    return instant(value) if isinstance(value, datetime) else str(value) if isinstance(value, date) else value


def _to(contact: Contact) -> dict[str, Any]:
    return {
        "contact_id": contact.id,
        "contact_agency_id": contact.agency_id,
        "name": contact.name,
        "address": contact.email,
    }


def _to_herself(person: Addressee) -> dict[str, Any]:
    return {
        "contact_id": None,
        "contact_agency_id": person.agency_id,
        "name": person.name,
        "address": person.email,
    }


def _unreached(tx: Tx) -> dict[str, Any]:
    nobody = {"contact_id": None, "contact_agency_id": None, "name": None, "address": None}
    return nobody | {"attempt_at": None, "failed_at": tx.wall, "failure": "no_contact"}
