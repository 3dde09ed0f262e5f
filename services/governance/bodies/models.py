"""The bodies."""

from datetime import date

from sqlalchemy import CheckConstraint, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from services.governance.bodies.domain import Kind, MemberRole
from services.governance.tables import Base
from shared.db import one_of

Texts = ARRAY(Text)


class BodyRow(Base):
    """One body as it stands."""

    __tablename__ = "body"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    also_known_as: Mapped[list[str]] = mapped_column(Texts)
    kind: Mapped[str]
    parent_ids: Mapped[list[str]] = mapped_column(Texts)
    meetings_a_year: Mapped[int | None]
    member_role: Mapped[str | None]
    chair_term_months: Mapped[int | None]
    effective_from: Mapped[date | None]
    effective_to: Mapped[date | None]
    unverified: Mapped[list[str]] = mapped_column(Texts)
    source: Mapped[str | None]
    note: Mapped[str | None]
    version: Mapped[int]

    __table_args__ = (
        one_of("kind", Kind),
        one_of("member_role", MemberRole),
        CheckConstraint("effective_to >= effective_from", name="dates"),
    )
