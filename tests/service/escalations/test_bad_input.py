"""Bad input gets a specific problem with the field's path and the cure; nothing is changed and nothing is told."""

from typing import Any
from uuid import uuid4

import pytest

from shared.policy import Role
from tests.service.escalations.running import COUNCIL, ICB, POLICE, Running

pytestmark = pytest.mark.anyio

CHILD = {"identifiers": [{"type": "police_id", "value": "SANDBOX-0001"}]}

REFUSED: list[tuple[dict[str, Any], str, str]] = [
    ({"receiving_agency_id": "nobody"}, "receiving_agency_id", "unknown_agency"),
    ({"receiving_agency_id": None}, "receiving_agency_id", "missing"),
    ({"receiving_name": "A school elsewhere"}, "receiving_name", "both"),
    ({"receiving_agency_id": POLICE[0]}, "receiving_agency_id", "same_agency"),
    ({"kind": "practice_alert"}, "receiving_agency_id", "same_agency"),
    ({"raised_at": "2026-12-01T10:00:00Z"}, "raised_at", "in_the_future"),
    ({"raised_at": "1999-12-01T10:00:00Z"}, "raised_at", "too_early"),
    ({"raised_at": "2026-10-06T10:00:00"}, "raised_at", "timezone_aware"),
    ({"decision_date": "2026-10-08"}, "decision_date", "after_raising"),
    ({"decision_date": "1900-10-05"}, "decision_date", "too_early"),
    ({"decision_date": "2023-10-06"}, "decision_date", "too_early"),
    ({"priority": "immediate"}, "safety_action", "missing"),
    ({"priority": "tomorrow"}, "priority", "enum"),
    ({"primary_theme": "weather"}, "primary_theme", "enum"),
    ({"secondary_themes": ["drift_and_delay", "drift_and_delay"]}, "secondary_themes", "repeated"),
    ({"children": []}, "children", "too_short"),
    ({"children": [CHILD, CHILD]}, "children.1", "repeated"),
    ({"summary": "x" * 8001}, "summary", "string_too_long"),
    ({"summary": "a\u0000b"}, "summary", "string_pattern_mismatch"),
    ({"summary": ""}, "summary", "string_too_short"),
    ({"priority_reason": None}, "priority_reason", "missing"),
    ({"ladder": "rope-ladder"}, "ladder", "ladder"),
    ({"reference": "ESC-2627-0001"}, "reference", "extra_forbidden"),
    ({"status": "closed"}, "status", "extra_forbidden"),
    ({"causes": [{"type": "x", "id": "y"}]}, "causes.0.type", "string_pattern_mismatch"),
]


@pytest.mark.parametrize(("change", "path", "code"), REFUSED, ids=[f"{path}-{code}" for _, path, code in REFUSED])
async def test_a_challenge_that_is_refused(suite: Running, change: dict[str, Any], path: str, code: str) -> None:
    """The problem names the field; no row and no event is left behind."""
    officer = suite.person(POLICE)
    answer = await officer.raise_(**change)
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert (path, code) in [(error["path"], error["code"]) for error in answer.json()["errors"]]
    assert await suite.outbox() == []
    assert (await officer.get("/escalations/v1/escalations")).json()["items"] == []


RAW = [
    (b'{"priority": "urgent", "priority": "standard"}', 422, "invalid"),
    (b'{"raiser_role": "\xff"}', 400, "bad_json"),
    (b'{"priority": NaN}', 400, "bad_json"),
    (b'{"priority": 123456789012345678901234567890}', 400, "bad_json"),
    (b"[" * 100_000, 400, "bad_json"),
    (b"{", 400, "bad_json"),
    (b"\xef\xbb\xbf{}", 400, "bad_json"),
    (b"{" + b" " * (1 << 20) + b"}", 413, "too_large"),
    (b"[]", 422, "invalid"),
]


@pytest.mark.parametrize(("body", "status", "code"), RAW, ids=[str(body[:30]) for body, _, _ in RAW])
async def test_a_body_that_is_refused(suite: Running, body: bytes, status: int, code: str) -> None:
    """What is not acceptable JSON never reaches the service's rules."""
    headers = suite.person(POLICE).headers | {"idempotency-key": str(uuid4()), "content-type": "application/json"}
    answer = await suite.client.post("/escalations/v1/escalations", content=body, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text


async def test_a_body_that_is_no_json(suite: Running) -> None:
    """Another kind of content is refused by name."""
    headers = suite.person(POLICE).headers | {"idempotency-key": "k", "content-type": "text/plain"}
    answer = await suite.client.post("/escalations/v1/escalations", content=b"hello", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")


async def test_a_key_is_needed(suite: Running) -> None:
    """A creation without an Idempotency-Key is refused before anything is done."""
    answer = await suite.client.post("/escalations/v1/escalations", json={}, headers=suite.person(POLICE).headers)
    assert answer.status_code in {400, 422}
    assert await suite.outbox() == []


async def test_moves_that_are_refused(suite: Running) -> None:
    """The wrong side, too junior, a stage that is not next, a missing version: each says why, and nothing moves."""
    officer, worker = suite.person(POLICE), suite.person(COUNCIL)
    matter = await officer.raised()
    text = {"text": "We disagree.", "seniority": "practitioner"}
    refused = [
        (await officer.does(matter, "respond", **text), 403, "not_your_part"),
        (await worker.does(matter, "advance", **text), 403, "not_your_part"),
        (await officer.does(matter, "skip", to_stage=9, reason="At risk now."), 422, "invalid"),
        (await officer.does(matter, "skip", to_stage=3, reason="At risk now."), 422, "invalid"),  # and what was done?
        (await worker.does(matter, "respond", etag="", **text), 428, "if_match_missing"),
        (await worker.does(matter, "respond", etag='"7"', **text), 412, "stale"),
        (await officer.does(matter, "tell", text="Told."), 409, "not_in_this_status"),
        (await worker.does(matter, "pass_on", receiving_agency_id=POLICE[0], reason="Theirs."), 422, "invalid"),
        (await suite.person(ICB).does(matter, "respond", **text), 404, "escalation_not_found"),
    ]
    for answer, status, code in refused:
        assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    assert await suite.outbox() == ["escalation.raised.v1"]
    await officer.does(matter, "advance", **text)
    junior = await worker.does(matter, "respond", **text)
    assert (junior.status_code, junior.json()["code"]) == (403, "not_your_part")
    assert "team manager" in junior.json()["detail"]


async def test_a_partner_role_at_another_agency(suite: Running) -> None:
    """The same role at another agency type is refused with the rule that says so."""
    school = ("ruskin-community-high-school", "school_maintained")
    answer = await suite.person(school, Role.DELEGATED_PARTNER).get("/escalations/v1/escalations")  # type: ignore[arg-type]
    assert answer.status_code == 403
    assert "Children Act 2004" in answer.json()["detail"]
