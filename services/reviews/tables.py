"""The metadata of this service's schema, in which every noun declares its tables."""

from shared.db import ServiceBase


class Base(ServiceBase, service="reviews"):
    """The parent of this service's tables."""

    __abstract__ = True
