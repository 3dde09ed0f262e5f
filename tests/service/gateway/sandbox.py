"""A gateway with its sandbox on a real socket, and somebody who signs in to it with a browser that has no screen."""

import secrets
import socket
import ssl
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pyotp
from joserfc.util import urlsafe_b64encode

from services.gateway.sandbox.cast import CALLBACK, FRONT, PASSWORD, Player, player
from services.gateway.sandbox.fill import fill
from services.gateway.sandbox.token import CSRF
from tests.postgres import OwnDatabase
from tests.service.gateway.running import Running, running, serving


@dataclass
class Sandbox:
    """A running sandbox."""

    running: Running
    url: str

    @asynccontextmanager
    async def browser(self) -> AsyncIterator["Browser"]:
        """A new browser, with no cookies."""
        async with httpx.AsyncClient(base_url=self.url) as http:
            yield Browser(http, self.running)


@dataclass
class Browser:
    """Follows nothing by itself, so that every step can be looked at."""

    http: httpx.AsyncClient
    running: Running
    verifier: str = ""

    async def push(self, **fields: str) -> str:
        """Push an authorization request; the address to open."""
        self.verifier = secrets.token_urlsafe(48)
        challenge = urlsafe_b64encode(sha256(self.verifier.encode()).digest()).decode()
        given = {
            "client_id": FRONT,
            "response_type": "code",
            "redirect_uri": CALLBACK,
            "scope": "openid escalations.read",
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        } | fields
        answer = await self.http.post("/oauth/par", data=given)
        assert answer.status_code == 201, answer.text
        return f"/oauth/authorize?client_id={given['client_id']}&request_uri={answer.json()['request_uri']}"

    async def fill_in(self, path: str, **fields: str) -> httpx.Response:
        """Open a page and send its form."""
        page = await self.http.get(path)
        csrf = CSRF.search(page.text)
        assert csrf, page.text
        return await self.http.post(path, data={"csrf": csrf[1], **fields})

    async def to_code(self, who: Player, path: str) -> str:
        """As far as the page that asks for the code."""
        email = (await self.http.get(path)).headers["location"]
        password = (await self.fill_in(email, email=who.email)).headers["location"]
        return str((await self.fill_in(password, password=PASSWORD)).headers["location"])

    async def sign_in(self, who: Player, path: str) -> str:
        """All the way; the address to which the client is called back."""
        page = await self.to_code(who, path)
        back = await self.fill_in(page, code=code_of(who))
        assert back.status_code == 303, back.text
        return str((await self.http.get(back.headers["location"])).headers["location"])

    async def redeem(self, callback: str, **fields: str) -> httpx.Response:
        """Redeem the code of a callback."""
        code = parse_qs(urlsplit(callback).query)["code"][0]
        given = {"client_id": FRONT, "code": code, "redirect_uri": CALLBACK, "code_verifier": self.verifier}
        return await self.http.post("/oauth/token", data={"grant_type": "authorization_code"} | given | fields)

    async def tokens(self, who: Player, **fields: str) -> dict[str, Any]:
        """Everything that a front end gets for a person."""
        answer = await self.redeem(await self.sign_in(who, await self.push(**fields)))
        assert answer.status_code == 200, answer.text
        body: dict[str, Any] = answer.json()
        return body


def code_of(who: Player, ahead: int = 0) -> str:
    """What this person's authenticator app shows."""
    return pyotp.TOTP(who.totp_secret).at(int(time.time()) + ahead)


LEAD = player("police", "agency_lead")


@asynccontextmanager
async def sandbox(
    database: OwnDatabase, name: str = "127.0.0.1", tls: ssl.SSLContext | None = None, **more: Any
) -> AsyncIterator[Sandbox]:
    """Run one."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"{'https' if tls else 'http'}://{name}:{listener.getsockname()[1]}"
        async with running(database, public_url=url, sandbox=True, **more) as started:
            await fill(started.gateway.database, started.gateway.settings)
            async with serving(started.app, listener, tls):
                yield Sandbox(started, url)
