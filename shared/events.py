"""What a service tells the others: thin, versioned facts about one record, wrapped in a CloudEvents 1.0 envelope."""

import dataclasses
import re
import types
import typing
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import Enum
from functools import cache
from typing import Any, ClassVar, NamedTuple, Self, dataclass_transform
from uuid import UUID

TYPE = re.compile(r"^(?P<service>[a-z]+)\.(?P<noun>[a-z_]+)\.(?P<verb>[a-z_]+)\.v(?P<major>[1-9][0-9]*)$")
REGISTRY: dict[str, type["Event"]] = {}


@dataclass(frozen=True, order=True)
class Cause:
    """One earlier record from which something follows: its noun (`escalations.escalation`) and id."""

    type: str
    id: str


@dataclass_transform(frozen_default=True, kw_only_default=True)
@dataclass(frozen=True, kw_only=True)
class Event:
    """A fact in the past tense about one record.

    A subclass is a frozen dataclass by being declared: `class Raised(Event, type="escalations.escalation.raised.v1")`.
    `subject` is the record's id and the key that keeps its events in order. An event never carries a child's identity
    or free text about a child; who may read more fetches it.
    """

    subject: str
    type: ClassVar[str]

    def __init_subclass__(cls, *, type: str = "", **more: Any) -> None:  # noqa: A002 - the word of the envelope
        super().__init_subclass__(**more)
        if not type:  # fields that several events share
            dataclass(frozen=True, kw_only=True)(cls)
            return
        if not TYPE.match(type):
            raise TypeError(f"{type!r} is not <service>.<noun>.<past_tense>.v<major>")
        if type in REGISTRY and REGISTRY[type].__qualname__ != cls.__qualname__:
            raise TypeError(f"{type!r} is declared twice")
        cls.type = type
        dataclass(frozen=True, kw_only=True)(cls)
        REGISTRY[type] = cls

    @classmethod
    def service(cls) -> str:
        """The service that owns and publishes this event; its topic is `<service>.events`."""
        return cls.type.split(".", 1)[0]

    @classmethod
    def noun(cls) -> str:
        """The noun of whose records it tells, `escalations.escalation`; empty for fields that several events share."""
        return ".".join(getattr(cls, "type", "").split(".")[:2])

    @classmethod
    @cache
    def in_words(cls) -> str:
        """What has happened, for people: how its summary begins, before the details."""
        return re.split(r"[;(]|\.\s", cls.summary(), maxsplit=1)[0].replace("`", "").strip().rstrip(".")

    @classmethod
    def summary(cls) -> str:
        """When it is told: the first paragraph of its description, in one line."""
        return " ".join((cls.__doc__ or "").partition("\n\n")[0].split())

    def data(self) -> dict[str, Any]:
        """The fields as JSON-able values: instants end in `Z`, enums are their values."""
        return {f.name: _plain(getattr(self, f.name)) for f in dataclasses.fields(self)}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """The event from its JSON values; unknown fields of a newer publisher are ignored."""
        kind: type = cls
        hints = _fields(kind)
        return cls(**{name: _typed(hints[name], value) for name, value in data.items() if name in hints})


class Envelope(NamedTuple):
    """The CloudEvents 1.0 context of one event, with the causes from which it follows."""

    id: UUID
    type: str
    source: str
    subject: str
    time: datetime
    data: Mapping[str, Any]
    causes: tuple[Cause, ...] = ()
    traceparent: str | None = None

    @property
    def topic(self) -> str:
        """Where it is published: one topic for each service, so that a record's events stay in one order."""
        return topic_of(self.type.split(".", 1)[0])

    def event(self) -> Event | None:
        """The typed event, or None where this version of the suite does not know its type."""
        kind = REGISTRY.get(self.type)
        return kind.from_data(self.data) if kind else None


def topic_of(service: str) -> str:
    """The topic on which a service publishes."""
    return f"{service}.events"


def causes_data(causes: Sequence[Cause]) -> list[dict[str, str]]:
    """Causes as they are stored and sent: `[{type, id}]`, without repetition, in the given order."""
    return [{"type": c.type, "id": c.id} for c in dict.fromkeys(causes)]


def causes_from(data: Sequence[Mapping[str, str]]) -> tuple[Cause, ...]:
    """The inverse of `causes_data`."""
    return tuple(Cause(c["type"], c["id"]) for c in data)


def instant(value: datetime) -> str:
    """An aware instant as RFC 3339 in UTC, ending in `Z`."""
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date | UUID):
        return str(value)
    if dataclasses.is_dataclass(value):
        return {f.name: _plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item) for item in value]
    return value


@cache
def _fields(of: type) -> Mapping[str, Any]:
    hints = typing.get_type_hints(of)
    return {field.name: hints[field.name] for field in dataclasses.fields(of)}


def _typed(hint: Any, value: Any) -> Any:
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (types.UnionType, typing.Union):
        if value is None:
            return None
        return _typed(next(a for a in arguments if a is not type(None)), value)
    if origin in (tuple, list):
        return origin(_typed(arguments[0], item) for item in value)
    if origin is dict:
        return {key: _typed(arguments[1], item) for key, item in value.items()}
    if isinstance(hint, type):
        if issubclass(hint, datetime):
            return datetime.fromisoformat(value)
        if issubclass(hint, date):
            return date.fromisoformat(value)
        if issubclass(hint, UUID | Enum):
            return hint(value)
        if dataclasses.is_dataclass(hint):
            hints = _fields(hint)
            return hint(**{name: _typed(hints[name], item) for name, item in value.items() if name in hints})
    return value
