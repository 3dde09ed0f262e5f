"""Events on the wire: what is sent is what arrives, and what cannot be read says so."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.bus import Delivery, Message, Partition
from shared.cloudevents import Malformed, envelope_of, identity, message_of, restored, stored
from shared.events import Cause, Envelope

PLAIN = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))
CAUSES = st.lists(st.builds(Cause, PLAIN, PLAIN), unique=True).map(tuple)
ENVELOPES = st.builds(
    Envelope,
    id=st.uuids(),
    type=st.just("alpha.thing.changed.v1"),
    source=st.just("/alpha"),
    subject=PLAIN,
    time=st.datetimes(timezones=st.just(UTC)),
    data=st.dictionaries(PLAIN, st.none() | st.booleans() | st.integers() | PLAIN | st.lists(PLAIN)),
    causes=CAUSES,
    traceparent=st.none() | st.just("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"),
)
MESSAGES = st.builds(
    Message, topic=st.just("alpha.events"), key=PLAIN, value=st.binary(), headers=st.dictionaries(PLAIN, PLAIN)
)
GOOD = message_of(
    Envelope(UUID(int=1), "alpha.thing.changed.v1", "/alpha", "s", datetime(2026, 9, 1, tzinfo=UTC), {"number": 1})
)


@given(ENVELOPES)
def test_envelope_arrives_as_it_was_sent(envelope: Envelope) -> None:
    message = message_of(envelope)
    assert message.key == envelope.subject
    assert envelope_of(message) == envelope


@given(MESSAGES | ENVELOPES.map(message_of))
def test_any_message_can_be_kept(message: Message) -> None:
    assert restored(stored(message)) == message


def test_data_are_kept_readable_and_whatever_else_as_it_is() -> None:
    assert stored(GOOD)["data"] == '{"number": 1}'
    assert stored(Message("t", "k", b"\xff", {}))["data_base64"] == "/w=="
    assert "data_base64" in stored(Message("t", "k", b'{"a": "\\u0000"}', {}))


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"ce_id": None}, "ce_id is missing"),
        ({"ce_id": "7"}, "ValueError"),
        ({"ce_time": "2026-09-01T00:00:00"}, "aware"),
        ({"ce_time": "yesterday"}, "ValueError"),
        ({"ce_specversion": "0.3"}, "CloudEvent 1.0"),
        ({"ce_causes": "7"}, "TypeError"),
        ({"ce_causes": '[{"type": "x"}]'}, "id is missing"),
        ({"ce_subject": None}, "ce_subject is missing"),
    ],
)
def test_what_cannot_be_read_says_why(change: dict[str, str | None], why: str) -> None:
    headers = {name: text for name, text in (dict(GOOD.headers) | change).items() if text is not None}
    with pytest.raises(Malformed, match=why):
        envelope_of(Message(GOOD.topic, GOOD.key, GOOD.value, headers))


@pytest.mark.parametrize("value", [b"", b"[]", b"7", b"\xff", b"{", b"[" * 100_000])
def test_data_that_are_no_object_are_refused(value: bytes) -> None:
    with pytest.raises(Malformed):
        envelope_of(Message(GOOD.topic, GOOD.key, value, GOOD.headers))


def test_message_without_an_id_has_one_from_its_place() -> None:
    here = Delivery(Partition("t", 1), 7, Message("t", "k", b"", {"ce_id": "?"}))
    there = Delivery(Partition("t", 1), 8, here.message)
    assert identity(here) == identity(here) != identity(there)
    assert identity(Delivery(Partition("t", 1), 7, GOOD)) == UUID(int=1)
