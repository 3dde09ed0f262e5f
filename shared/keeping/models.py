"""The columns of legal holds, of what was done to them, and of the periods for which classes of records are kept.

class LegalHold(PlacedHold, Base): ...
class LegalHoldEntry(HoldEntry, Base): ...
class RetentionPeriod(LoadedPeriod, Base): ...
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, ForeignKey, Index, Integer, MetaData
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from shared.db import one_of
from shared.history import Entry
from shared.keeping.domain import Do, Status
from shared.plumbing import APPEND_ONLY


class PlacedHold:
    """One legal hold on one matter, which it covers with all that belongs to it."""

    __tablename__ = "legal_hold"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(Integer)
    status: Mapped[str]
    matter_type: Mapped[str]  # as events name it
    matter_id: Mapped[UUID]
    reference: Mapped[str | None]  # of the matter, where it has one
    reason: Mapped[str]
    authority: Mapped[str]  # by whose authority: a court, an inquiry, a solicitor's letter
    review_on: Mapped[date]
    placed_at: Mapped[datetime]
    placed_by: Mapped[str]
    agency_id: Mapped[str]  # that placed it
    lifted_at: Mapped[datetime | None]

    @declared_attr.directive
    @classmethod
    def __table_args__(cls) -> Any:
        """Its codes, and what the list and the sweep walk along."""
        return (
            one_of("status", Status),
            Index("ix_legal_hold_newest", sql("placed_at DESC"), sql("id DESC")),
            Index("ix_legal_hold_live", "matter_id", "matter_type", postgresql_where=sql("status = 'live'")),
        )


class HoldEntry(Entry):
    """What was done to a legal hold, why, and when it was to be looked at again after it: appended."""

    __tablename__ = "legal_hold_entry"
    metadata: MetaData

    review_on: Mapped[date]
    text: Mapped[str | None]

    @declared_attr
    @classmethod
    def legal_hold_id(cls) -> Mapped[UUID]:
        """Of which hold."""
        found: Mapped[UUID] = mapped_column(ForeignKey(f"{cls.metadata.schema}.legal_hold.id"), index=True)
        return found

    @declared_attr.directive
    @classmethod
    def __table_args__(cls) -> Any:
        """Its codes."""
        return (one_of("did", Do), {"info": APPEND_ONLY})


class LoadedPeriod:
    """For how long records of a class are kept, from a day on, as it was loaded."""

    __tablename__ = "retention_period"

    code: Mapped[str] = mapped_column(primary_key=True)
    effective_from: Mapped[date] = mapped_column(primary_key=True)
    title: Mapped[str]
    months: Mapped[int] = mapped_column(Integer)
    source: Mapped[str]
    verified: Mapped[bool] = mapped_column(Boolean)
    loaded_at: Mapped[datetime]

    @declared_attr.directive
    @classmethod
    def __table_args__(cls) -> Any:
        """Appended."""
        return {"info": APPEND_ONLY}
