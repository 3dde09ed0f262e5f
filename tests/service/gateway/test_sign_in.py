"""A person's way through the pages: what she is asked, what a guesser learns, and what a code is worth to two at once."""

import asyncio
from functools import partial
from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet
from sqlalchemy import func, select, update

from services.gateway.models import Client, Grant, Person, PushedRequest, RefreshToken, Session
from services.gateway.sandbox import token as command
from services.gateway.sandbox.cast import CALLBACK, FRONT, PASSWORD, player
from services.gateway.sandbox.token import CSRF, token
from services.gateway.signin import credentials
from tests.service.gateway.running import insist
from tests.service.gateway.sandbox import LEAD, Sandbox, code_of

pytestmark = pytest.mark.anyio


def said(callback: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(callback).query).items()}


async def test_the_command_line_signs_in_as_a_person_and_as_a_system(box: Sandbox) -> None:
    async with box.browser() as browser:
        keys = KeySet.import_key_set((await browser.http.get("/oauth/jwks")).json())
    person = jwt.decode(await token(box.url, "police", "agency_lead"), keys).claims
    assert (person["access"], person["agency"], person["roles"]) == ("user", "cheshire-constabulary", ["agency_lead"])
    system = jwt.decode(await token(box.url, "icb", "agency_lead", system=True), keys).claims
    assert (system["access"], system["sub"]) == ("application", "sandbox-icb-system")


async def test_three_tokens_of_one_person_need_no_waiting(box: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    async def waited(seconds: float) -> None:
        raise AssertionError(f"{seconds} s")

    monkeypatch.setattr(command, "asyncio", SimpleNamespace(sleep=waited))
    tokens = [await token(box.url, "police", "agency_lead") for _ in range(3)]
    assert len(set(tokens)) == 3, "each by a code of its own"


async def test_the_whole_way(box: Sandbox) -> None:
    async with box.browser() as browser:
        callback = await browser.sign_in(LEAD, await browser.push(state="s", nonce="n"))
        assert callback.startswith(CALLBACK)
        assert said(callback)["state"] == "s"
        assert said(callback)["iss"] == box.url
        answer = await browser.redeem(callback)
        assert {"access_token", "refresh_token", "id_token"} <= answer.json().keys()
        again = await browser.http.get(await browser.push())
        assert again.headers["location"].startswith(CALLBACK), "who is signed in is not asked again"


async def test_fifty_redemptions_of_a_code_give_one_token_and_end_the_grant(box: Sandbox) -> None:
    async with box.browser() as browser:
        callback = await browser.sign_in(LEAD, await browser.push())
        answers = await asyncio.gather(*[insist(lambda: browser.redeem(callback)) for _ in range(50)])
        assert sorted(a.status_code for a in answers) == [200] + [400] * 49
        assert {a.json()["error"] for a in answers if a.status_code == 400} == {"invalid_grant"}
        assert await box.running.value(select(Grant.revoked_reason)) == "code_replayed"
        (won,) = [a.json() for a in answers if a.status_code == 200]
        refreshed = await browser.http.post(
            "/oauth/token",
            data={"grant_type": "refresh_token", "client_id": FRONT, "refresh_token": won["refresh_token"]},
        )
        assert refreshed.json()["error"] == "invalid_grant"
        headers = {"authorization": f"Bearer {won['access_token']}"}
        assert (await browser.http.get("/escalations/v1/escalations/1", headers=headers)).status_code == 401


async def test_a_rotated_refresh_token_that_comes_again_ends_the_grant(box: Sandbox) -> None:
    async with box.browser() as browser:
        first = (await browser.tokens(LEAD))["refresh_token"]
        fields = {"grant_type": "refresh_token", "client_id": FRONT, "refresh_token": first}
        use = partial(browser.http.post, "/oauth/token", data=fields)
        answers = await asyncio.gather(*[insist(use) for _ in range(20)])
        assert sorted(a.status_code for a in answers) == [200] + [400] * 19
        assert await box.running.value(select(Grant.revoked_reason)) == "refresh_token_replayed"
        assert await box.running.value(select(func.count()).select_from(RefreshToken)) == 2


async def test_two_answers_to_one_request_give_one_code(box: Sandbox) -> None:
    async with box.browser() as browser:
        await browser.sign_in(LEAD, await browser.push())
        path = await browser.push()
        answers = await asyncio.gather(*[browser.http.get(path) for _ in range(10)])
        assert [a.status_code for a in answers].count(303) == 1
        assert await box.running.value(select(func.count()).select_from(Grant)) == 2


async def test_a_consent_is_asked_for_and_a_refusal_answers_for_good(box: Sandbox) -> None:
    await box.running.write(update(Client).where(Client.client_id == FRONT).values(for_all_agencies=False))
    async with box.browser() as browser:
        path = await browser.push(state="s")
        page = await browser.to_code(LEAD, path)
        await browser.fill_in(page, code=code_of(LEAD))
        consent = await browser.http.get(path)
        assert "cheshire-east-council" in consent.text
        assert "know who you are" in consent.text
        refused = await browser.fill_in(path, agreed="no")
        assert said(refused.headers["location"]) == {
            "error": "access_denied",
            "error_description": "The resource owner or authorization server denied the request",
            "state": "s",
            "iss": box.url,
        }
        assert (await browser.http.get(path)).status_code == 400
        assert await box.running.value(select(PushedRequest.used_at)) is not None
        agreed = await browser.fill_in(await browser.push(), agreed="yes")
        assert "code" in said(agreed.headers["location"])


async def test_a_consent_counts_only_from_our_own_page(box: Sandbox) -> None:
    await box.running.write(update(Client).where(Client.client_id == FRONT).values(for_all_agencies=False))
    async with box.browser() as browser:
        path = await browser.push()
        page = await browser.to_code(LEAD, path)
        await browser.fill_in(page, code=code_of(LEAD))
        for fields in ({"agreed": "yes"}, {"agreed": "yes", "csrf": "guess"}):
            forged = await browser.http.post(path, data=fields)
            assert "location" not in forged.headers


async def test_a_guesser_cannot_tell_which_accounts_there_are(box: Sandbox) -> None:
    texts = []
    guesses = ((LEAD.email, "wrong"), ("nobody@police.example", "wrong"), ("nobody@police.example", PASSWORD))
    for email, password in guesses:
        async with box.browser() as browser:
            page = (await browser.fill_in("/sign-in/email", email=email)).headers["location"]
            answer = await browser.fill_in(page, password=password)
            assert answer.status_code == 422
            texts.append(CSRF.sub("", answer.text.replace(email, "")))
    assert len(set(texts)) == 1
    assert "The email address or the password is not right" in texts[0]


async def test_after_several_attempts_the_right_password_does_not_help_for_a_while(box: Sandbox) -> None:
    async def tried(password: str) -> int:
        async with box.browser() as browser:
            page = (await browser.fill_in("/sign-in/email", email=LEAD.email.upper())).headers["location"]
            return (await browser.fill_in(page, password=password)).status_code

    for _ in range(8):
        await tried("wrong")
    assert await tried(PASSWORD) == 422
    assert await box.running.value(select(Person.failures).where(Person.email == LEAD.email)) == 7
    await box.running.write(update(Person).values(locked_until=None))
    assert await tried(PASSWORD) == 303


async def test_so_many_passwords_wait_and_no_more(box: Sandbox) -> None:
    """Or whoever sends some hundreds, of accounts that need not exist, has every place at the gateway."""
    async with box.browser() as browser:
        page = (await browser.fill_in("/sign-in/email", email="nobody@police.example")).headers["location"]
        fields = {"csrf": CSRF.search((await browser.http.get(page)).text)[1], "password": "wrong"}  # type: ignore[index]
        for _ in range(credentials.MOST_WAITING - 1):
            await credentials.QUEUE.acquire()
        try:
            answers = await asyncio.gather(*(browser.http.post(page, data=fields) for _ in range(4)))
        finally:
            for _ in range(credentials.MOST_WAITING - 1):
                credentials.QUEUE.release()
    assert sorted(answer.status_code for answer in answers) == [422, 503, 503, 503]
    assert {answer.headers.get("retry-after") for answer in answers} == {None, "10"}


async def test_a_code_counts_once(box: Sandbox) -> None:
    code = code_of(LEAD)
    async with box.browser() as one, box.browser() as other:
        pages = [await browser.to_code(LEAD, await browser.push()) for browser in (one, other)]
        first = await one.fill_in(pages[0], code=code)
        second = await other.fill_in(pages[1], code=code)
        assert (first.status_code, second.status_code) == (303, 422)
        assert "has been used" in second.text
        wrong = await other.fill_in(pages[1], code="12345")
        assert wrong.status_code == 422


async def test_no_page_can_be_skipped(box: Sandbox) -> None:
    async with box.browser() as browser:
        path = await browser.push()
        for page in ("/sign-in/password", "/sign-in/code"):
            assert (await browser.http.get(page)).headers["location"].startswith("/sign-in/email")
        email = (await browser.http.get(path)).headers["location"]
        await browser.fill_in(email, email=LEAD.email)
        assert (await browser.http.get("/sign-in/code")).headers["location"].startswith("/sign-in/email")
        assert (await browser.http.get(path)).headers["location"].startswith("/sign-in/email")


async def test_a_form_of_another_site_signs_nobody_in(box: Sandbox) -> None:
    async with box.browser() as browser:
        assert (await browser.http.post("/sign-in/email", data={"email": LEAD.email})).status_code == 422
        page = (await browser.fill_in("/sign-in/email", email=LEAD.email)).headers["location"]
        forged = await browser.http.post(page, data={"password": PASSWORD})
        assert forged.headers["location"].startswith("/sign-in/email")
        assert await box.running.value(select(Person.failures).where(Person.email == LEAD.email)) == 0


async def test_a_cookie_planted_before_is_worth_nothing_after(box: Sandbox) -> None:
    async with box.browser() as browser:
        await browser.http.get("/sign-in/email")
        planted = browser.http.cookies["safer"]
        await browser.sign_in(LEAD, await browser.push())
        assert browser.http.cookies["safer"] != planted
    async with box.browser() as other:
        other.http.cookies.set("safer", planted)
        assert "signed in as" not in (await other.http.get("/sign-out")).text


async def test_signing_out_ends_the_session_at_once(box: Sandbox) -> None:
    async with box.browser() as browser:
        await browser.sign_in(LEAD, await browser.push())
        kept = browser.http.cookies["safer"]
        assert LEAD.name in (await browser.http.get("/sign-out")).text
        await browser.fill_in("/sign-out")
        browser.http.cookies.set("safer", kept)
        assert LEAD.name not in (await browser.http.get("/sign-out")).text
        assert await box.running.value(select(func.count()).select_from(Session)) == 0


SIGNED_OUT = "https://front.example/signed-out"


async def test_a_front_end_ends_the_session_and_its_own_tokens(box: Sandbox) -> None:
    await box.running.write(
        update(Client).where(Client.client_id == FRONT).values(post_logout_redirect_uris=[SIGNED_OUT])
    )
    async with box.browser() as browser:
        body = await browser.tokens(LEAD)
        kept = browser.http.cookies["safer"]
        asked = {"id_token_hint": body["id_token"], "post_logout_redirect_uri": SIGNED_OUT, "state": "s"}
        answer = await browser.http.get("/oauth/logout", params=asked)
        assert (answer.status_code, answer.headers["location"]) == (303, f"{SIGNED_OUT}?state=s")
        browser.http.cookies.set("safer", kept)
        assert LEAD.name not in (await browser.http.get("/sign-out")).text
        fields = {"grant_type": "refresh_token", "client_id": FRONT, "refresh_token": body["refresh_token"]}
        assert (await browser.http.post("/oauth/token", data=fields)).json()["error"] == "invalid_grant"
        headers = {"authorization": f"Bearer {body['access_token']}"}
        assert (await browser.http.get("/escalations/v1/escalations/1", headers=headers)).status_code == 401
        assert await box.running.value(select(Grant.revoked_reason)) == "signed_out"


async def test_a_form_of_another_site_brings_no_cookie_and_ends_the_session_that_its_hint_names(box: Sandbox) -> None:
    async with box.browser() as browser, box.browser() as elsewhere:
        body = await browser.tokens(LEAD)
        answer = await elsewhere.http.post("/oauth/logout", data={"id_token_hint": body["id_token"]})
        assert "You have signed out" in answer.text
        assert (
            await box.running.value(select(func.count()).select_from(Session).where(Session.step == "signed_in")) == 0
        )


async def test_whom_nothing_proves_to_be_meant_is_asked(box: Sandbox) -> None:
    other = player("police", "practitioner")
    async with box.browser() as browser, box.browser() as elsewhere:
        body, _ = await browser.tokens(LEAD), await elsewhere.tokens(other)
        for asked in ({}, {"id_token_hint": "a.b.c"}, {"id_token_hint": body["id_token"]}, {"state": "\u00e9"}):
            answer = await elsewhere.http.get("/oauth/logout", params=asked)
            assert (answer.status_code, answer.headers["location"]) == (303, "/sign-out")
        assert other.name in (await elsewhere.http.get("/sign-out")).text
        assert LEAD.name in (await browser.http.get("/sign-out")).text
        assert (
            await box.running.value(select(func.count()).select_from(Grant).where(Grant.revoked_at.is_not(None))) == 0
        )


async def test_a_suspended_person_is_signed_out_and_refused(box: Sandbox) -> None:
    async with box.browser() as browser:
        body = await browser.tokens(LEAD)
        await box.running.write(update(Person).values(suspended_at=func.now()))
        assert "/sign-in/email" in (await browser.http.get(await browser.push())).headers["location"]
        fields = {"grant_type": "refresh_token", "client_id": FRONT, "refresh_token": body["refresh_token"]}
        assert (await browser.http.post("/oauth/token", data=fields)).json()["error"] == "invalid_grant"
        page = (await browser.fill_in("/sign-in/email", email=LEAD.email)).headers["location"]
        assert (await browser.fill_in(page, password=PASSWORD)).status_code == 422


async def test_what_can_go_nowhere_is_said_on_a_page(box: Sandbox) -> None:
    async with box.browser() as browser:
        for path in (
            "/oauth/authorize",
            "/oauth/authorize?client_id=sandbox-front",
            "/oauth/authorize?client_id=nobody&request_uri=urn:x",
            "/oauth/authorize?client_id=sandbox-front&request_uri=urn:x",
            "/oauth/authorize?client_id=sandbox-front&client_id=b",
            "/oauth/authorize?client_id=%C3%A9&request_uri=%22",
        ):
            answer = await browser.http.get(path)
            assert answer.status_code == 400
            assert "You cannot sign in from here" in answer.text


async def test_pages_keep_others_out(box: Sandbox) -> None:
    async with box.browser() as browser:
        path = (await browser.http.get(await browser.push())).headers["location"]
        answer = await browser.http.get(path)
        policy = answer.headers["content-security-policy"]
        assert "frame-ancestors 'none'" in policy
        assert "form-action 'self' http://127.0.0.1" in policy, "the last form leads to the client"
        assert answer.headers["cache-control"] == "no-store"
        cookie = answer.headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=lax" in cookie


async def test_the_sandbox_knows_whom_it_plays(box: Sandbox) -> None:
    assert player("council", "business_unit").part.agency_id == "cheshire-east-council"
    with pytest.raises(LookupError, match="there are: practitioner"):
        player("police", "business_unit")
    with pytest.raises(LookupError, match="council, police, icb"):
        player("fire", "agency_lead")
