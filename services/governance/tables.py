"""The metadata of this service's schema, in which every noun declares its tables."""

from enum import StrEnum

from sqlalchemy import CheckConstraint

from shared.db import ServiceBase


class Base(ServiceBase, service="governance"):
    """The parent of this service's tables."""

    __abstract__ = True


def one_of(column: str, codes: type[StrEnum]) -> CheckConstraint:
    """A constraint that a column holds one of the codes, or nothing."""
    listed = ", ".join(f"'{code.value}'" for code in codes)
    return CheckConstraint(f"{column} IN ({listed})", name=column)
