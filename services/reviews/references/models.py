"""The table of the numbers given."""

from sqlalchemy import Integer
from sqlalchemy.orm import Mapped, mapped_column

from services.reviews.tables import Base


class ReferenceNumber(Base):
    """The last number given in each series and year: `SI-2627-0003` is the third incident of 2026/27."""

    __tablename__ = "reference_number"

    series: Mapped[str] = mapped_column(primary_key=True)
    year: Mapped[str] = mapped_column(primary_key=True)
    last: Mapped[int] = mapped_column(Integer)
