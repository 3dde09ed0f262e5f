"""Events on the wire: CloudEvents 1.0 in binary mode, attributes in the headers and the event's fields in the value.

`causes` is an extension attribute. Attributes are simple values, so it is JSON in a string; it stays out of the data,
which are the event's own fields, and whoever follows a thread through the log reads headers only. `traceparent` goes
under its W3C name, where tracing tools look for it.
"""

import base64
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from pydantic_core import from_json

from shared.bus import Delivery, Message
from shared.events import Cause, Envelope, Event, causes_data, causes_from, instant, topic_of

JSON = "application/json"


class Malformed(ValueError):
    """The message is not one of the suite's events; the text says why, without quoting it."""


def message(
    *, event_id: UUID, event_type: str, subject: str, time: datetime, data: bytes, causes: str, traceparent: str | None
) -> Message:
    """The message of an event whose data and causes are JSON already. Its key is the subject, its source the service."""
    service = event_type.split(".", 1)[0]
    headers = {
        "content-type": JSON,
        "ce_specversion": "1.0",
        "ce_id": str(event_id),
        "ce_source": f"/{service}",
        "ce_type": event_type,
        "ce_subject": subject,
        "ce_time": instant(time),
    }
    if causes != "[]":
        headers["ce_causes"] = causes
    if traceparent:
        headers["traceparent"] = traceparent
    return Message(topic_of(service), subject, data, headers)


def message_of(envelope: Envelope) -> Message:
    """The message of an envelope."""
    return message(
        event_id=envelope.id,
        event_type=envelope.type,
        subject=envelope.subject,
        time=envelope.time,
        data=json.dumps(envelope.data).encode(),
        causes=json.dumps(causes_data(envelope.causes)),
        traceparent=envelope.traceparent,
    )


def envelope_of(message: Message) -> Envelope:
    """The envelope of a message. Malformed where an attribute is missing or cannot be read."""
    headers = message.headers
    try:
        time = datetime.fromisoformat(headers["ce_time"])
        data = from_json(message.value)
        if headers["ce_specversion"] != "1.0" or time.tzinfo is None or not isinstance(data, dict):
            raise Malformed("not a CloudEvent 1.0 with an aware time and an object as its data")
        return Envelope(
            id=UUID(headers["ce_id"]),
            type=headers["ce_type"],
            source=headers["ce_source"],
            subject=headers["ce_subject"],
            time=time.astimezone(UTC),
            data=data,
            causes=_causes(headers["ce_causes"]) if "ce_causes" in headers else (),
            traceparent=headers.get("traceparent"),
        )
    except Malformed:
        raise
    except KeyError as error:
        raise Malformed(f"{error.args[0]} is missing") from error
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise Malformed(f"cannot be read: {type(error).__name__}") from error


def event_of(envelope: Envelope) -> Event | None:
    """The typed event; None where its type is not known here. Malformed where its fields are not those of its type."""
    try:
        return envelope.event()
    except Exception as error:
        raise Malformed(f"is not a {envelope.type}: {type(error).__name__}") from error


def stored(message: Message) -> dict[str, Any]:
    """A message as JSON, for keeping: whatever it holds, readable where it is JSON itself."""
    kept: dict[str, Any] = {"topic": message.topic, "key": _storable(message.key)}
    kept["headers"] = {_storable(name): _storable(text) for name, text in message.headers.items()}
    text = message.value.decode(errors="ignore")
    try:
        readable = text.encode() == message.value and "\\u0000" not in text and isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        readable = False
    return kept | ({"data": text} if readable else {"data_base64": base64.b64encode(message.value).decode()})


def restored(kept: Mapping[str, Any]) -> Message:
    """The message from its `stored` form."""
    value = kept["data"].encode() if "data" in kept else base64.b64decode(kept["data_base64"])
    return Message(kept["topic"], kept["key"], value, kept["headers"])


def identity(delivery: Delivery) -> UUID:
    """The event's id; for a message without a readable one, an id made from its place in the log."""
    try:
        return UUID(delivery.message.headers["ce_id"])
    except (KeyError, ValueError):
        topic, number = delivery.partition
        return uuid5(NAMESPACE_URL, f"{topic}/{number}/{delivery.offset}")


@lru_cache(maxsize=1000)
def _causes(text: str) -> tuple[Cause, ...]:
    """The causes in a header; all events of a record have the same."""
    return causes_from(from_json(text))


def _storable(text: str) -> str:
    return text.replace("\x00", "\N{SYMBOL FOR NULL}")  # PostgreSQL keeps no NUL
