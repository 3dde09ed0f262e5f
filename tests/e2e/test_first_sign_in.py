"""A real installation, from an empty database to its first sign-in and the invitation of the next person."""

import os
import re
import shlex
import signal
import time
from collections.abc import Iterator
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pyotp
import pytest
from joserfc.util import urlsafe_b64encode

from services.gateway.sandbox.token import CSRF
from shared import keyring
from shared.migrations import owner, runtime
from tests.e2e.running import LAST, ROOT, START_SECONDS, Begun, begin, command
from tests.postgres import Databases

pytestmark = pytest.mark.timeout(400)

COUNCIL, PASSWORD, VERIFIER = "cheshire-east-council", "three good words", "v" * 64
PAGE = (ROOT / "docs" / "operators.md").read_text().replace("\\\n", " ")


def told(name: str) -> list[str]:
    """The words of a command as the operators' page has them."""
    line = re.search(rf"^python -m services ({name} .*)$", PAGE, re.MULTILINE)
    assert line, name
    return shlex.split(line[1])


INVITE, REGISTER = told("invite"), told("register")
CALLBACK = REGISTER[REGISTER.index("--redirect-uri") + 1]


@pytest.fixture(scope="module")
def environment(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The settings of an installation on a database with nothing in it."""
    keys = keyring.kept(tmp_path_factory.mktemp("keys") / "keys.env")
    port = 20_000 + os.getpid() % 20_000
    with databases.lent() as database:
        yield {
            "SAFER_PUBLIC_URL": f"http://127.0.0.1:{port}",
            "GATEWAY_METRICS_PORT": str(port + 1),
            "SAFER_LOG_LEVEL": "WARNING",  # nobody reads the pipe while it runs
            "SAFER_ADMIN_DATABASE_URL": database.url(),
            "SAFER_OWNER_DATABASE_URL": database.url(owner("{service}")),
            "SAFER_DATABASE_URL": database.url(runtime("{service}")),
            **keys,
        }


@pytest.fixture(scope="module")
def url(environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The suite at work on it, once its agencies are loaded."""
    public = environment["SAFER_PUBLIC_URL"]
    assert command("migrate", environment=environment).code == 0
    early = command(*INVITE, environment=environment)
    assert early.code == 1
    assert "`load` the register" in early.said, "what to do is said"
    loaded = command("load", environment=environment)
    assert loaded.code == 0, loaded.said
    begun = begin(tmp_path_factory.mktemp("unused"), port=urlsplit(public).port or 0, environment=environment)
    try:
        _wait_until_ready(begun, public)
        yield public
    finally:
        begun.end(signal.SIGTERM)


def _wait_until_ready(begun: Begun, public: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and begun.process.poll() is None:
        try:
            if httpx.get(f"{public}/health/ready").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.2)
    raise AssertionError(begun.said[-LAST:])


def ran(environment: dict[str, str], *words: str) -> str:
    """What a command has printed, its last line alone: the address, or the id."""
    ended = command(*words, environment=environment)
    assert ended.code == 0, ended.said
    return ended.said.strip().splitlines()[0]


class Person:
    """Somebody with a browser and an authenticator app."""

    def __init__(self, url: str, email: str) -> None:
        self.http, self.email, self.secret = httpx.Client(base_url=url), email, ""

    def __enter__(self) -> "Person":
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()

    def fill_in(self, path: str, **fields: str) -> httpx.Response:
        """Open a page and send its form."""
        csrf = CSRF.search(self.http.get(path).text)
        assert csrf, path
        return self.http.post(path, data={"csrf": csrf[1], **fields})

    def set_up(self, address: str) -> None:
        """Choose a password and tie the app."""
        page = self.fill_in(address, password=PASSWORD).headers["location"]
        key = re.search(r"<code>([A-Z2-7 ]+)</code>", self.http.get(page).text)
        assert key
        self.secret = key[1].replace(" ", "")
        assert "ready" in self.fill_in(page, code=self._code(-30)).text
        assert self.http.get(address).status_code == 410, "an invitation works once"

    def sign_in(self, front: str) -> dict[str, Any]:
        """Sign in through a front end; its tokens."""
        challenge = urlsafe_b64encode(sha256(VERIFIER.encode()).digest()).decode()
        asked = {
            "client_id": front,
            "response_type": "code",
            "redirect_uri": CALLBACK,
            "scope": "openid gateway.read gateway.write",
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        pushed = self.http.post("/oauth/par", data=asked)
        assert pushed.status_code == 201, pushed.text
        opened = self.http.get(f"/oauth/authorize?client_id={front}&request_uri={pushed.json()['request_uri']}")
        password = self.fill_in(opened.headers["location"], email=self.email).headers["location"]
        code = self.fill_in(password, password=PASSWORD).headers["location"]
        back = self.http.get(self.fill_in(code, code=self._code(0)).headers["location"]).headers["location"]
        assert back.startswith(CALLBACK)
        fields = {"grant_type": "authorization_code", "client_id": front, "redirect_uri": CALLBACK}
        fields |= {"code": parse_qs(urlsplit(back).query)["code"][0], "code_verifier": VERIFIER}
        answer = self.http.post("/oauth/token", data=fields)
        assert answer.status_code == 200, answer.text
        body: dict[str, Any] = answer.json()
        return body

    def _code(self, ahead: int) -> str:
        return pyotp.TOTP(self.secret).at(int(time.time()) + ahead)


def test_from_nothing_to_the_first_sign_in_and_the_second_person(environment: dict[str, str], url: str) -> None:
    front = ran(environment, *REGISTER)
    address = ran(environment, *INVITE)
    second = {"agency_id": COUNCIL, "name": "Sam Sample", "email": "sam@council.example", "role": "agency_lead"}
    with Person(url, INVITE[INVITE.index("--email") + 1]) as robin, Person(url, second["email"]) as sam:
        robin.set_up(address)
        headers = {"authorization": f"Bearer {robin.sign_in(front)['access_token']}"}
        invited = robin.http.post("/gateway/v1/people", json=second, headers=headers)
        assert invited.status_code == 201, invited.text
        sam.set_up(invited.json()["set_up_url"])
        own = {"authorization": f"Bearer {sam.sign_in(front)['access_token']}"}
        seen = sam.http.get("/gateway/v1/people", headers=own).json()["items"]
        assert [one["name"] for one in seen] == ["Robin Example", "Sam Sample"]


def test_the_gateways_metrics_are_behind_it(environment: dict[str, str], url: str) -> None:
    told = httpx.get(f"http://127.0.0.1:{environment['GATEWAY_METRICS_PORT']}/metrics").text
    assert 'safer_requests_total{method="GET",route="/health/ready",service="gateway",status="200"}' in told
    assert httpx.get(f"{url}/metrics").status_code == 404


def test_what_is_sealed_is_sealed_anew_where_its_key_is_known(environment: dict[str, str], url: str) -> None:
    done = command("reseal", environment=environment)
    assert done.code == 0, done.said
    assert "gateway: 0 sealed anew." in done.said
    unknown = command("reseal", environment=environment | {"SAFER_SEAL_KEY": "ab" * 32})
    assert unknown.code == 1
    assert "gateway cannot be opened: sealed under a key that is neither SAFER_SEAL_KEY" in unknown.said


def test_nothing_made_up_is_there(url: str) -> None:
    assert httpx.get(f"{url}/sandbox/v1/clock").status_code == 404
