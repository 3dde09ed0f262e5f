"""Delegated administration: an agency's lead manages its own systems and people within what the partnership grants it."""

import re
from importlib import import_module
from typing import Any

import httpx
import pyotp
import pytest
from joserfc.jwk import ECKey, OKPKey
from sqlalchemy import func, select, text, update

from services.gateway.app import SERVICE
from services.gateway.models import Person
from services.gateway.sandbox.cast import FRONT as EVERYBODYS
from services.gateway.sandbox.cast import PASSWORD, Player, player
from services.gateway.sandbox.token import token
from shared.contracts import gateway as events
from shared.events import REGISTRY, Event
from tests.service.gateway.running import KEY
from tests.service.gateway.sandbox import LEAD, Sandbox, code_of

pytestmark = pytest.mark.anyio

UNIT, ADMIN = player("council", "business_unit"), player("icb", "platform_admin")
POLICE, COUNCIL = "cheshire-constabulary", "cheshire-east-council"
PUBLIC = KEY.as_dict(private=False)
SYSTEM: dict[str, Any] = {
    "agency_id": POLICE,
    "name": "Case system",
    "kind": "private_key_jwt",
    "scopes": ["escalations.read"],
}
SYSTEM |= {"roles": ["agency_lead"], "public_keys": [PUBLIC]}
FRONT: dict[str, Any] = {
    "agency_id": POLICE,
    "name": "Front end",
    "kind": "public",
    "scopes": ["openid", "escalations.read"],
}
FRONT |= {"redirect_uris": ["https://front.example/callback"], "origins": ["https://front.example"]}
FRONT |= {"post_logout_redirect_uris": ["https://front.example/signed-out"]}


class As:
    """Calls the gateway's own operations as one person."""

    def __init__(self, http: httpx.AsyncClient, token: str) -> None:
        self._http, self._headers, self._keys = http, {"authorization": f"Bearer {token}"}, 0

    async def get(self, path: str) -> httpx.Response:
        """Read."""
        return await self._http.get(f"/gateway/v1{path}", headers=self._headers)

    async def post(self, path: str, **body: Any) -> httpx.Response:
        """Do."""
        self._keys += 1
        headers = self._headers | {"idempotency-key": f"key-{self._keys:04}-of-a-test"}
        return await self._http.post(f"/gateway/v1{path}", json=body, headers=headers)

    async def patch(self, path: str, etag: str, **body: Any) -> httpx.Response:
        """Change."""
        return await self._http.patch(f"/gateway/v1{path}", json=body, headers=self._headers | {"if-match": etag})


@pytest.fixture
async def acting(box: Sandbox) -> Any:
    """Signs people in, and calls as them."""

    async def signed_in(who: Player) -> As:
        async with box.browser() as browser:
            body = await browser.tokens(who, scope="gateway.read gateway.write")
        return As(box.running.http, body["access_token"])

    return signed_in


async def told(box: Sandbox) -> list[Event]:
    """What the gateway has told of suspensions, in order."""
    table = box.running.gateway.database.plumbing.outbox
    async with box.running.gateway.database.reading() as tx:
        rows = await tx.rows(select(table.c.type, table.c.data).order_by(table.c.id))
    return [REGISTRY[row.type].from_data(row.data) for row in rows if REGISTRY[row.type] in events.ALL]


async def test_a_lead_registers_a_system_and_it_gets_a_token(box: Sandbox, acting: Any) -> None:
    lead = await acting(LEAD)
    made = await lead.post("/clients", **SYSTEM)
    assert made.status_code == 201, made.text
    client_id = made.json()["client_id"]
    assert made.headers["location"] == f"/gateway/v1/clients/{client_id}"
    assert made.json()["grant_types"] == ["client_credentials"]
    answer = await box.running.token(client_id, aud=box.url)
    assert answer
    listed = (await lead.get("/clients")).json()["items"]
    assert {one["agency_id"] for one in listed} == {POLICE}


async def test_a_registration_is_changed_in_the_version_that_was_read(acting: Any) -> None:
    lead = await acting(LEAD)
    made = await lead.post("/clients", **FRONT)
    path, etag = f"/clients/{made.json()['client_id']}", made.headers["etag"]
    changed = await lead.patch(path, etag, name="New name")
    assert changed.json()["name"] == "New name"
    for left_out in ("origins", "post_logout_redirect_uris"):
        assert changed.json()[left_out] == FRONT[left_out], "what is left out stays"
    assert (await lead.patch(path, etag, name="Another")).status_code == 412
    assert (await lead.patch(path, "", name="Another")).status_code == 428


PRIVATE = ECKey.generate_key("P-256", {"kid": "p"}).as_dict(private=True)
REFUSED: list[tuple[dict[str, Any], int, str | None]] = [
    ({"public_keys": []}, 422, "public_keys"),
    ({"public_keys": [PRIVATE]}, 422, "public_keys.0"),
    ({"public_keys": [PUBLIC, PUBLIC]}, 422, "public_keys"),
    ({"public_keys": [{**PUBLIC, "kid": ""}]}, 422, "public_keys"),
    ({"public_keys": [{**PUBLIC, "use": "enc"}]}, 422, "public_keys.0"),
    ({"public_keys": [{**PUBLIC, "x": "AA"}]}, 422, "public_keys.0"),
    ({"public_keys": [{"kty": "oct", "kid": "k", "k": "AAAA"}]}, 422, "public_keys.0"),
    ({"public_keys": [ECKey.generate_key("P-384", {"kid": "k"}).as_dict(private=False)]}, 422, "public_keys.0"),
    ({"public_keys": [OKPKey.generate_key("X25519", {"kid": "k"}).as_dict(private=False)]}, 422, "public_keys.0"),
    ({"public_keys": [], "jwks_uri": "http://keys.example/"}, 422, "jwks_uri"),
    ({"public_keys": [], "jwks_uri": "http://127.0.0.1/"}, 422, "jwks_uri"),
    ({"public_keys": [], "jwks_uri": "https://user@keys.example/"}, 422, "jwks_uri"),
    ({"public_keys": [], "jwks_uri": "file:///etc/passwd"}, 422, "jwks_uri"),
    ({"jwks_uri": "https://keys.example/"}, 422, "jwks_uri"),
    ({"kind": "nhs_signed_jwt"}, 422, "public_keys.0"),
    ({"kind": "client_secret_basic"}, 422, "kind"),
    ({"scopes": ["escalations.everything"]}, 403, "scopes"),
    ({"scopes": []}, 422, "scopes"),
    ({"roles": ["delegated_partner"]}, 422, "roles"),
    ({"roles": ["king"]}, 422, "roles.0"),
    ({"agency_id": COUNCIL}, 403, None),
    ({"for_all_agencies": True}, 403, None),
    ({"redirect_uris": ["http://front.example/callback"]}, 422, "redirect_uris.0"),
    ({"redirect_uris": ["https://front.example/callback#x"]}, 422, "redirect_uris.0"),
    ({"redirect_uris": ["https://*.example/callback"]}, 422, "redirect_uris.0"),
    ({"redirect_uris": ["https://user@front.example/"]}, 422, "redirect_uris.0"),
    ({"redirect_uris": ["javascript:alert(1)//aaaa"]}, 422, "redirect_uris.0"),
    ({"post_logout_redirect_uris": ["https://front.example/out#x"]}, 422, "post_logout_redirect_uris.0"),
    ({"origins": ["https://front.example/path"]}, 422, "origins.0"),
    ({"origins": ["https://Front.example"]}, 422, "origins.0"),
    ({"origins": ["null    "]}, 422, "origins.0"),
    ({"client_id": "mine"}, 422, "client_id"),
    ({"suspended_at": None}, 422, "suspended_at"),
]


async def test_what_may_not_be_registered_is_refused_by_its_field(acting: Any) -> None:
    lead = await acting(LEAD)
    for wrong, status, field in REFUSED:
        answer = await lead.post("/clients", **SYSTEM | wrong)
        assert answer.status_code == status, (wrong, answer.text)
        if field:
            assert field in [error["path"] for error in answer.json()["errors"]], (wrong, answer.text)
    assert len((await lead.get("/clients")).json()["items"]) == 1, "the sandbox's own system, and nothing new"
    assert (await lead.post("/clients", **FRONT | {"roles": ["agency_lead"]})).status_code == 422
    assert (await lead.post("/clients", **FRONT | {"public_keys": [PUBLIC]})).status_code == 422
    assert (await lead.post("/clients", **FRONT | {"jwks_uri": "https://keys.example/"})).status_code == 422
    assert (await lead.post("/clients", **FRONT | {"redirect_uris": []})).status_code == 422


async def test_a_system_publishes_its_keys_and_turns_to_an_address_and_back(box: Sandbox, acting: Any) -> None:
    lead = await acting(LEAD)
    nowhere = "https://keys.example/jwks.json"
    made = await lead.post("/clients", **SYSTEM | {"public_keys": [], "jwks_uri": nowhere})
    path = f"/clients/{made.json()['client_id']}"
    assert (made.json()["jwks_uri"], made.json()["public_keys"]) == (nowhere, [])
    inline = await lead.patch(path, made.headers["etag"], public_keys=[PUBLIC])
    assert (inline.json()["jwks_uri"], inline.json()["public_keys"]) == (None, [PUBLIC])
    back = await lead.patch(path, inline.headers["etag"], jwks_uri=nowhere)
    assert (back.json()["jwks_uri"], back.json()["public_keys"]) == (nowhere, [])
    same = await lead.patch(path, back.headers["etag"], name="Renamed")
    assert (same.json()["jwks_uri"], same.json()["public_keys"]) == (nowhere, [])


async def test_another_agencys_registration_does_not_exist(acting: Any) -> None:
    lead, unit = await acting(LEAD), await acting(UNIT)
    made = (await unit.post("/clients", **SYSTEM | {"agency_id": COUNCIL})).json()["client_id"]
    for answer in (
        await lead.get(f"/clients/{made}"),
        await lead.patch(f"/clients/{made}", '"1"', name="Mine"),
        await lead.post(f"/clients/{made}/suspend", reason="Because."),
        await lead.get("/clients/nothing"),
    ):
        assert answer.status_code == 404
        assert answer.json()["detail"] == "There is no such registration."


async def test_a_front_end_for_all_agencies_is_changed_by_no_agencys_lead(acting: Any) -> None:
    """Not by the lead of the agency that hosts it: where it leads back to, everybody's codes go."""
    lead, unit = await acting(player("council", "agency_lead")), await acting(UNIT)
    path = f"/clients/{EVERYBODYS}"
    elsewhere = {"redirect_uris": ["https://front.example/callback"]}
    for answer in (
        await lead.patch(path, '"1"', **elsewhere),
        await lead.post(f"{path}/suspend", reason="It is ours."),
        await lead.post(f"{path}/resume"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (403, "not_your_agency")
    assert (await unit.patch(path, '"1"', **elsewhere)).status_code == 200


async def test_a_suspended_system_is_refused_from_the_next_request(box: Sandbox, acting: Any) -> None:
    lead = await acting(LEAD)
    client_id = (await lead.post("/clients", **SYSTEM)).json()["client_id"]
    headers = {"authorization": f"Bearer {await box.running.token(client_id, aud=box.url)}"}
    call = "/escalations/v1/escalations/1"
    assert (await box.running.http.get(call, headers=headers)).status_code == 200
    assert (await lead.post(f"/clients/{client_id}/suspend", reason="Its key is lost.")).status_code == 200
    assert (await box.running.http.get(call, headers=headers)).status_code == 401
    assert (await lead.post(f"/clients/{client_id}/suspend", reason="Again.")).json()["code"] == "stands_so"
    assert (await lead.post(f"/clients/{client_id}/resume")).status_code == 200
    assert (await box.running.http.get(call, headers=headers)).status_code == 200
    assert (await lead.post(f"/clients/{client_id}/resume")).status_code == 409


async def test_what_the_partnership_grants_bounds_what_a_lead_may_give(acting: Any) -> None:
    lead, unit = await acting(LEAD), await acting(UNIT)
    granted = await unit.post(f"/agencies/{POLICE}/grant", scopes=["escalations.read"], roles=["practitioner"])
    assert granted.json()["granted_roles"] == ["practitioner"]
    assert (await lead.get(f"/agencies/{POLICE}")).json()["granted_scopes"] == ["escalations.read"]
    assert (await lead.get(f"/agencies/{COUNCIL}")).status_code == 404
    assert (await lead.post(f"/agencies/{POLICE}/grant", scopes=None)).status_code == 403
    too_much = await lead.post("/clients", **SYSTEM)
    assert (too_much.status_code, too_much.json()["code"]) == (403, "not_granted")
    refused = await unit.post(f"/agencies/{POLICE}/grant", roles=["business_unit"])
    assert "hosts the business unit" in refused.json()["detail"], "the rule is named"
    assert (await unit.post("/agencies/nowhere/grant", scopes=None)).status_code == 404


async def test_a_suspended_agencys_lead_is_out_at_once(box: Sandbox, acting: Any) -> None:
    lead, unit = await acting(LEAD), await acting(UNIT)
    assert (await lead.get("/clients")).status_code == 200
    assert (await unit.post(f"/agencies/{POLICE}/suspend", reason="By decision of the Executive.")).status_code == 200
    assert (await lead.get("/clients")).status_code == 401
    assert (await unit.post(f"/agencies/{POLICE}/resume")).status_code == 200
    assert (await lead.get("/clients")).status_code == 200
    agency = {"subject": POLICE, "agency_id": POLICE}
    assert await told(box) == [
        events.AgencySuspended(**agency, suspended=True),
        events.AgencyResumed(**agency, suspended=False),
    ]


async def test_who_was_suspended_before_anybody_was_told_is_told(box: Sandbox, acting: Any) -> None:
    """By the migration, once; and whoever asks for it hears of everybody again."""
    unit, other = await acting(UNIT), player("police", "practitioner")
    assert (await unit.post(f"/agencies/{COUNCIL}/grant", roles=["business_unit"])).status_code == 200
    for path in (f"/agencies/{POLICE}", f"/people/{other.person_id}"):
        assert (await unit.post(f"{path}/suspend", reason="Because.")).status_code == 200
    account = {"subject": str(other.person_id), "agency_id": POLICE}
    assert (await told(box))[-1] == events.PersonSuspended(**account, suspended=True)
    before = len(await told(box))
    await box.running.write(
        text(import_module("services.gateway.migrations.versions.0006_who_is_suspended_is_told").TELL)
    )
    agency = events.AgencyRestated(subject=POLICE, agency_id=POLICE, suspended=True)
    person = events.PersonRestated(**account, suspended=True)
    assert sorted((await told(box))[before:], key=lambda event: event.type) == [agency, person]
    for noun, those in (("agencies", {POLICE}), ("people", {str(other.person_id)})):
        before = len(await told(box))
        async with box.running.gateway.database.transaction() as tx:
            number = await SERVICE.restates[noun](tx)
        again: Any = (await told(box))[before:]
        assert len(again) == number > 1
        assert {one.subject for one in again if one.suspended} == those
    assert (await unit.post(f"/people/{other.person_id}/resume")).status_code == 200
    assert (await told(box))[-1] == events.PersonResumed(**account, suspended=False)


INVITED: dict[str, Any] = {
    "agency_id": POLICE,
    "name": "Sam Sample",
    "email": "sam@police.example",
    "role": "practitioner",
}


async def test_an_invited_person_sets_her_account_up_and_signs_in(box: Sandbox, acting: Any) -> None:
    lead = await acting(LEAD)
    made = (await lead.post("/people", **INVITED)).json()
    assert (made["set_up"], made["roles"]) == (False, ["practitioner"])
    path = made["set_up_url"].removeprefix(box.url)
    async with box.browser() as browser:
        assert "at least 12" in (await browser.fill_in(path, password="short")).text
        assert "repeats" in (await browser.fill_in(path, password="aaaaaaaaaaaaaa")).text
        assert "email address" in (await browser.fill_in(path, password="Sam and two more words")).text
        forged = await browser.http.post(path, data={"password": "three good words"})
        assert forged.status_code == 200, "no form of ours"
        page = (await browser.fill_in(path, password="three good words")).headers["location"]
        shown = (await browser.http.get(page)).text
        totp = pyotp.TOTP(re.search(r"<code>([A-Z2-7 ]+)</code>", shown)[1].replace(" ", ""))  # type: ignore[index]
        early = (await browser.fill_in("/sign-in/email", email=INVITED["email"])).headers["location"]
        assert (await browser.fill_in(early, password="three good words")).status_code == 422, "not ready yet"
    async with box.browser() as browser:
        page = (await browser.fill_in(path, password="three better words")).headers["location"]
        shown = (await browser.http.get(page)).text
        totp = pyotp.TOTP(re.search(r"<code>([A-Z2-7 ]+)</code>", shown)[1].replace(" ", ""))  # type: ignore[index]
        assert (await browser.fill_in(page, code="000000")).status_code == 422
        assert "ready" in (await browser.fill_in(page, code=totp.now())).text
        assert (await browser.http.get(path)).status_code == 410, "once"
        email = (await browser.fill_in("/sign-in/email", email=INVITED["email"])).headers["location"]
        code = (await browser.fill_in(email, password="three better words")).headers["location"]
        assert (await browser.fill_in(code, code=totp.now())).status_code == 422, "the code has been used"
    assert (await lead.get(f"/people/{made['person_id']}")).json()["set_up"] is True


async def test_who_sets_up_an_account_is_the_only_one_who_sees_its_authenticators_secret(
    box: Sandbox, acting: Any
) -> None:
    made = (await (await acting(LEAD)).post("/people", **INVITED)).json()
    path = made["set_up_url"].removeprefix(box.url)
    async with box.browser() as reader_of_her_letters, box.browser() as hers:
        page = (await reader_of_her_letters.fill_in(path, password="three other words")).headers["location"]
        begun = await hers.fill_in(path, password="three good words")
        assert (await reader_of_her_letters.http.get(page)).status_code == 303, "begun anew elsewhere"
        assert "<code>" in (await hers.http.get(begun.headers["location"])).text
        await box.running.write(update(Person).values(invitation_expires_at=func.now()))
        assert (await hers.http.get(page)).status_code == 303, "too late"


async def test_an_invitation_lasts_seven_days(box: Sandbox, acting: Any) -> None:
    lead = await acting(LEAD)
    made = (await lead.post("/people", **INVITED)).json()
    past = update(Person).where(Person.email == INVITED["email"]).values(invitation_expires_at=func.now())
    await box.running.write(past)
    async with box.browser() as browser:
        assert (await browser.http.get(made["set_up_url"].removeprefix(box.url))).status_code == 410
        assert (await browser.http.get("/set-up")).status_code == 410


async def test_who_may_give_which_role(acting: Any) -> None:
    lead, unit, admin = await acting(LEAD), await acting(UNIT), await acting(ADMIN)
    made = (await lead.post("/people", **INVITED)).json()
    terms = f"/people/{made['person_id']}/terms"
    assert (await lead.post(terms, role="trainer")).status_code == 201
    beyond = await lead.post(terms, role="delegated_partner")
    assert (beyond.status_code, beyond.json()["code"]) == (403, "not_granted")
    assert (await unit.post(terms, role="delegated_partner")).status_code == 201
    rule = await unit.post(terms, role="business_unit")
    assert "Only the council" in rule.json()["detail"] or "only the council" in rule.json()["detail"]
    assert (await unit.post(terms, role="platform_admin")).status_code == 403
    assert (await admin.post(terms, role="platform_admin")).status_code == 201
    assert (await admin.post(terms, role="li_member")).status_code == 403
    own = await lead.post(f"/people/{LEAD.person_id}/terms", role="trainer")
    assert (own.status_code, own.json()["code"]) == (403, "own_account")
    elsewhere = {"agency_id": "adlington-primary-school", "role": "lead_partner", "email": "other@school.example"}
    school = await unit.post("/people", **INVITED | elsewhere)
    assert "safeguarding partners" in school.json()["detail"], "the same role at another type, refused with the rule"
    assert (await lead.post("/people", **INVITED)).json()["code"] == "email_taken"
    assert (await lead.post("/people", **INVITED | {"agency_id": COUNCIL})).status_code == 403


async def test_a_role_is_ended_and_its_tokens_with_it(box: Sandbox, acting: Any) -> None:
    lead = await acting(LEAD)
    other = player("police", "practitioner")
    async with box.browser() as browser:
        body = await browser.tokens(other)
    headers = {"authorization": f"Bearer {body['access_token']}"}
    assert (await box.running.http.get("/escalations/v1/escalations/1", headers=headers)).status_code == 200
    (term,) = (await lead.get(f"/people/{other.person_id}")).json()["terms"]
    path = f"/people/{other.person_id}/terms/{term['term_id']}/end"
    assert (await lead.post(path)).json()["roles"] == []
    assert (await box.running.http.get("/escalations/v1/escalations/1", headers=headers)).status_code == 401
    assert (await lead.post(path, ends_on="2090-01-01")).status_code == 422
    assert (await lead.post(f"/people/{LEAD.person_id}/terms/{term['term_id']}/end")).status_code == 404


async def test_a_suspended_or_reset_person_is_out_at_once(box: Sandbox, acting: Any) -> None:
    lead, other = await acting(LEAD), player("police", "practitioner")
    for act in ("suspend", "reset"):
        async with box.browser() as browser:
            await box.running.write(update(Person).values(totp_step=0))
            body = await browser.tokens(other)
            headers = {"authorization": f"Bearer {body['access_token']}"}
            answer = await lead.post(
                f"/people/{other.person_id}/{act}", **({"reason": "Left."} if act == "suspend" else {})
            )
            assert answer.status_code == 200
            assert (await box.running.http.get("/escalations/v1/escalations/1", headers=headers)).status_code == 401
            assert "/sign-in/email" in (await browser.http.get(await browser.push())).headers["location"]
            if act == "suspend":
                assert (await lead.post(f"/people/{other.person_id}/resume")).status_code == 200
    assert (await lead.post(f"/people/{LEAD.person_id}/suspend", reason="Myself.")).status_code == 403
    page_code = code_of(other)
    async with box.browser() as browser:
        email = (await browser.fill_in("/sign-in/email", email=other.email)).headers["location"]
        assert (await browser.fill_in(email, password=PASSWORD)).status_code == 422, page_code


async def test_nobody_takes_up_an_account_that_holds_more_than_she_may_give(acting: Any) -> None:
    """Where no mail server is, whoever resets an account holds its invitation: a lead does not come to the vote so."""
    lead, unit = await acting(LEAD), await acting(UNIT)
    delegate = player("police", "delegated_partner")
    refused = await lead.post(f"/people/{delegate.person_id}/reset")
    assert (refused.status_code, refused.json()["code"]) == (403, "not_granted")
    assert (await lead.get(f"/people/{delegate.person_id}")).json()["set_up"] is True
    assert (await unit.post(f"/people/{delegate.person_id}/reset")).status_code == 200


async def test_who_administers_is_recorded(box: Sandbox, acting: Any) -> None:
    """Whoever resets an account, suspends a system or turns the keys cannot say that it was another."""
    unit, admin, other = await acting(UNIT), await acting(ADMIN), player("police", "practitioner")
    client_id = (await unit.post("/clients", **SYSTEM)).json()["client_id"]
    for path, body in (
        (f"/people/{other.person_id}/reset", {}),
        (f"/clients/{client_id}/suspend", {"reason": "Its key is lost."}),
        (f"/agencies/{POLICE}/grant", {"roles": ["practitioner"]}),
    ):
        assert (await unit.post(path, **body)).status_code == 200
    assert (await admin.post("/keys/rotate", compromised=False)).status_code == 204
    kept = box.running.gateway.database.plumbing.access_record.c
    async with box.running.gateway.database.reading() as tx:
        rows = await tx.rows(select(kept.subject, kept.action, kept.record_id).order_by(kept.id))
    unit_id, admin_id = str(UNIT.person_id), str(ADMIN.person_id)
    assert [(row.subject, row.action, row.record_id) for row in rows] == [
        (unit_id, "gateway.client.register", client_id),
        (unit_id, "gateway.person.reset", str(other.person_id)),
        (unit_id, "gateway.client.suspend", client_id),
        (unit_id, "gateway.agency.grant", POLICE),
        (admin_id, "gateway.key.rotate", "next"),
    ]


async def test_accounts_are_read_page_by_page(acting: Any) -> None:
    lead = await acting(LEAD)
    seen: list[str] = []
    cursor = ""
    while True:
        body = (await lead.get(f"/people?limit=5{cursor}")).json()
        seen += [one["person_id"] for one in body["items"]]
        if not body["next"]:
            break
        cursor = f"&cursor={body['next']}"
    assert len(seen) == len(set(seen)) > 10
    assert str(UNIT.person_id) not in seen
    assert (await lead.get(f"/people/{UNIT.person_id}")).status_code == 404


async def test_systems_do_not_administer(box: Sandbox) -> None:
    headers = {"authorization": f"Bearer {await token(box.url, 'police', 'agency_lead', system=True)}"}
    answer = await box.running.http.get("/gateway/v1/people", headers=headers)
    assert answer.status_code == 403
    assert await box.running.value(select(func.count()).select_from(Person)) > 50
