"""The table of the last numbers given."""

from sqlalchemy import Integer
from sqlalchemy.orm import Mapped, mapped_column

from services.governance.tables import Base


class ReferenceNumber(Base):
    """The last number given to one kind of record in one year: `DEC-2627-0042` is the 42nd decision of 2026/27."""

    __tablename__ = "reference_number"

    kind: Mapped[str] = mapped_column(primary_key=True)
    year: Mapped[str] = mapped_column(primary_key=True)
    last: Mapped[int] = mapped_column(Integer)
