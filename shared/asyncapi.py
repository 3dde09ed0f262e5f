"""The events of the suite as documents that others build on: AsyncAPI 3 and a JSON Schema for each event."""

import inspect
from collections.abc import Sequence
from typing import Any

from pydantic import TypeAdapter

from shared.events import Event, topic_of
from shared.service import Service

DIALECT = "https://json-schema.org/draft/2020-12/schema"
HEADERS: dict[str, Any] = {
    "type": "object",
    "description": "CloudEvents 1.0 in binary mode, as the Kafka binding has it.",
    "required": ["content-type", "ce_specversion", "ce_id", "ce_source", "ce_type", "ce_subject", "ce_time"],
    "properties": {
        "content-type": {"const": "application/json"},
        "ce_specversion": {"const": "1.0"},
        "ce_id": {"type": "string", "format": "uuid", "description": "The same whenever the event is sent again."},
        "ce_source": {"type": "string", "description": "The service that says so: `/escalations`."},
        "ce_type": {"type": "string"},
        "ce_subject": {"type": "string", "description": "The record's id, and the key that keeps its events in order."},
        "ce_time": {"type": "string", "format": "date-time"},
        "ce_causes": {"type": "string", "description": "JSON `[{type, id}]`: the records from which this follows."},
        "traceparent": {"type": "string", "description": "W3C Trace Context of the request that brought it about."},
    },
}


def schema(event: type[Event]) -> dict[str, Any]:
    """The JSON Schema of an event's data. Fields may be added within a version: readers ignore what they do not know."""
    described = _without_titles(TypeAdapter(event).json_schema(mode="serialization"))
    return {
        "$schema": DIALECT,
        "$id": f"urn:safer:{event.type}",
        "title": event.type,
        **described,
        "description": inspect.cleandoc(event.__doc__ or ""),
    }


def _without_titles(described: dict[str, Any]) -> dict[str, Any]:
    """Without the titles that only repeat each field's name."""
    kept: dict[str, Any] = {}
    for name, value in described.items():
        if name in ("properties", "$defs"):
            kept[name] = {field: _without_titles(schema) for field, schema in value.items()}
        elif name != "title":
            kept[name] = _without_titles(value) if isinstance(value, dict) else value
    return kept


def asyncapi(services: Sequence[Service]) -> dict[str, Any]:
    """Every topic with its events, and who listens to them."""
    publishers = [service for service in services if service.publishes]
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Safer: events",
            "version": "1",
            "description": "What the services tell each other and the partners' systems. Thin: an event never carries "
            "a child's identity or free text about a child; who may read more fetches it.",
        },
        "defaultContentType": "application/json",
        "channels": {service.name: _channel(service) for service in publishers},
        "operations": _operations(services),
        "components": {
            "messages": {event.type: _message(event) for service in publishers for event in service.publishes},
            "schemas": {
                name: part
                for service in publishers
                for event in service.publishes
                for name, part in _pointed(schema(event).get("$defs", {})).items()
            },
        },
    }


def _channel(service: Service) -> dict[str, Any]:
    return {
        "address": topic_of(service.name),
        "title": service.title,
        "description": "One topic, kept for ever. Events of one record come in their order.",
        "messages": {event.type: {"$ref": f"#/components/messages/{event.type}"} for event in service.publishes},
    }


def _message(event: type[Event]) -> dict[str, Any]:
    return {
        "name": event.type,
        "summary": event.summary(),
        "contentType": "application/json",
        "headers": HEADERS,
        "payload": _pointed({key: part for key, part in schema(event).items() if key != "$defs"}),
    }


def _pointed(part: Any) -> Any:
    """With references to the document's own schemas, where the event's schema alone has them within itself."""
    if isinstance(part, list):
        return [_pointed(item) for item in part]
    if not isinstance(part, dict):
        return part.replace("#/$defs/", "#/components/schemas/") if isinstance(part, str) else part
    return {key: _pointed(value) for key, value in part.items()}


def _operations(services: Sequence[Service]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for service in services:
        if service.publishes:
            found[f"{service.name}.send"] = _operation("send", service.name, service.name, service.publishes)
        for publisher in sorted({event.service() for event in service.consumes}):
            heard = [event for event in service.consumes if event.service() == publisher]
            found[f"{service.name}.receive.{publisher}"] = _operation("receive", service.name, publisher, heard)
    return found


def _operation(action: str, service: str, publisher: str, events: Sequence[type[Event]]) -> dict[str, Any]:
    messages = [{"$ref": f"#/channels/{publisher}/messages/{event.type}"} for event in events]
    does = f"What {service} tells." if action == "send" else f"What {service} keeps of {publisher}'s records."
    return {
        "action": action,
        "title": does,
        "description": does,
        "channel": {"$ref": f"#/channels/{publisher}"},
        "messages": messages,
    }
