"""Gets one access token of a running sandbox as anybody would: by the sign-in's own pages, or a system's assertion."""

import asyncio
import json
import re
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from html import unescape
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pyotp
from joserfc import jwt
from joserfc.jwk import ECKey
from joserfc.util import urlsafe_b64encode

from services.gateway.oauth.reading import JWT_BEARER
from services.gateway.sandbox.cast import CALLBACK, FRONT, KEY, PASSWORD, Player, player
from shared.startup import CannotStart

CSRF = re.compile(r'name="csrf" value="([^"]+)"')


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    location: str
    text: str


class Browser:
    """Just so much of a browser as the sign-in needs: cookies, forms, and redirects followed by hand."""

    def __init__(self, session: aiohttp.ClientSession, public_url: str) -> None:
        self._session, self._public_url = session, public_url

    async def get(self, path: str) -> Answer:
        """Open a page."""
        return await self._send("GET", path, None)

    async def post(self, path: str, fields: Mapping[str, str]) -> Answer:
        """Send a form."""
        return await self._send("POST", path, fields)

    async def answer(self, path: str, **fields: str) -> Answer:
        """Open a page with a form, fill it in and send it."""
        page = await self.get(path)
        csrf = CSRF.search(page.text)
        if not csrf:
            raise CannotStart(f"{path} shows no form: it answers {page.status}.")
        return await self.post(path, {"csrf": unescape(csrf[1]), **fields})

    async def _send(self, method: str, path: str, fields: Mapping[str, str] | None) -> Answer:
        address = path if path.startswith("http") else f"{self._public_url}{path}"
        async with self._session.request(method, address, data=fields, allow_redirects=False) as answer:
            return Answer(answer.status, answer.headers.get("location", ""), await answer.text())


async def token(public_url: str, short: str, role: str, *, system: bool = False) -> str:
    """An access token of the person of this role at this agency, or of the agency's system. CannotStart says why not."""
    try:
        one = player(short, role)
    except LookupError as error:
        raise CannotStart(str(error.args[0])) from None
    jar = aiohttp.CookieJar(unsafe=True)  # the sandbox's address is a number
    timeout = aiohttp.ClientTimeout(total=90)
    try:
        async with aiohttp.ClientSession(cookie_jar=jar, timeout=timeout) as session:
            browser = Browser(session, public_url)
            return await (_of_system(browser, public_url, one) if system else _of_person(browser, one))
    except aiohttp.ClientConnectionError:
        raise CannotStart(f"Nothing answers on {public_url}: start the sandbox with `make run`.") from None
    except TimeoutError:
        raise CannotStart(f"{public_url} did not answer in time: it starts still, or the machine is busy.") from None


async def _of_system(browser: Browser, public_url: str, one: Player) -> str:
    now, client_id = int(time.time()), one.part.system
    claims = {"iss": client_id, "sub": client_id, "aud": public_url, "iat": now, "exp": now + 60}
    key = ECKey.import_key(dict(KEY))
    assertion = jwt.encode({"alg": "ES256", "kid": key.kid}, claims | {"jti": secrets.token_urlsafe()}, key)
    fields = {"client_assertion_type": JWT_BEARER, "client_assertion": assertion}
    return _access_token(await browser.post("/oauth/token", {"grant_type": "client_credentials", **fields}))


async def _of_person(browser: Browser, one: Player) -> str:
    verifier = secrets.token_urlsafe(48)
    pushed = await browser.post(
        "/oauth/par",
        {
            "client_id": FRONT,
            "response_type": "code",
            "redirect_uri": CALLBACK,
            "code_challenge": urlsafe_b64encode(sha256(verifier.encode()).digest()).decode(),
            "code_challenge_method": "S256",
        },
    )
    reference = _json(pushed, 201)["request_uri"]
    email = (await browser.get(f"/oauth/authorize?client_id={FRONT}&request_uri={reference}")).location
    password = (await browser.answer(email, email=one.email)).location
    code_page = (await browser.answer(password, password=PASSWORD)).location
    if not code_page:
        raise CannotStart("The sandbox does not take the made-up person's password; wait a few minutes and try again.")
    back = await _with_code(browser, code_page, one)
    redirect = (await browser.get(back.location)).location
    said = parse_qs(urlsplit(redirect).query)
    if "code" not in said:
        raise CannotStart(f"The sandbox lets her in no more: {said.get('error', ['it does not say why'])[0]}.")
    fields = {"client_id": FRONT, "code": said["code"][0], "redirect_uri": CALLBACK, "code_verifier": verifier}
    return _access_token(await browser.post("/oauth/token", {"grant_type": "authorization_code", **fields}))


async def _with_code(browser: Browser, page: str, one: Player) -> Answer:
    """Sign in with the oldest code that counts and has not been used, so that the most are left; else wait for one more."""
    totp = pyotp.TOTP(one.totp_secret)
    step: int = totp.interval
    for ahead in (-step, 0, step):
        answer = await browser.answer(page, code=totp.at(int(time.time()) + ahead))
        if answer.location:
            return answer
    await asyncio.sleep(step - time.time() % step + 1)
    answer = await browser.answer(page, code=totp.at(int(time.time()) + step))
    if not answer.location:
        raise CannotStart("The sandbox takes no code of the made-up person's; wait a few minutes and try again.")
    return answer


def _access_token(answer: Answer) -> str:
    return str(_json(answer, 200)["access_token"])


def _json(answer: Answer, expected: int) -> Mapping[str, str]:
    body: Mapping[str, str] = json.loads(answer.text) if answer.text.startswith("{") else {}
    if answer.status != expected:
        said = body.get("error_description") or body.get("error") or f"it answers {answer.status}"
        raise CannotStart(f"The sandbox gives no token: {said}. Is the sandbox on?")
    return body
