"""Every page in a real browser: signed in with, read by keyboard, at any size, by axe's rules, and alone with its suite."""

import asyncio
import secrets
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from time import sleep
from typing import Any

import httpx
import pyotp
import pypdf
import pytest
from joserfc.util import urlsafe_b64encode
from playwright.sync_api import Browser, Page, expect

from services.escalations.challenges.schemas import EXAMPLE
from services.gateway.pages.guides import GUIDES
from services.gateway.sandbox.cast import CALLBACK, FRONT, PASSWORD, Player, player
from services.gateway.sandbox.token import token
from tests.e2e.browsing import Visit, axe_source, chromium, visiting
from tests.e2e.post import link_in, post_office
from tests.e2e.running import suite

pytestmark = pytest.mark.timeout(300)

REPORT = "/escalations/v1/reports/2026-27/Q2"
SERVICES = ("escalations", "gateway", "training")
OTHER_REPORTS = (
    "/governance/v1/threads.html",
    "/governance/v1/risk-movement.html",
    "/governance/v1/plans/{plan}/progress.html",
    "/training/v1/figures/evaluations.html",
)
# The summary of what is wrong comes before the page's own heading.
HEADINGS = "main :is(h1, h2, h3, h4):not([role=alert] *), header h1"

Visiting = Callable[..., AbstractContextManager[Visit]]


@dataclass(frozen=True)
class Sandbox:
    """A running suite; what somebody got by letter, who may read the report, and the pages of training."""

    url: str
    link: str
    invitation: str
    reader: str
    session: str
    evaluation: str
    place: str
    offer: str
    certificate: str


@pytest.fixture(scope="module")
def sandbox(data: Path) -> Iterator[Sandbox]:
    """One with a challenge that waits for the council's answer, an invitation, and a frozen quarter."""
    with (
        post_office() as office,
        suite(data, environment={"SAFER_SMTP_URL": f"smtp://127.0.0.1:{office.port}"}) as running,
    ):
        raiser = asyncio.run(token(running.url, "police", "agency_lead"))
        lead = asyncio.run(token(running.url, "council", "agency_lead"))
        reader = asyncio.run(token(running.url, "council", "business_unit"))
        matter = send(running.url, "/escalations/v1/escalations", raiser, EXAMPLE)
        new = {"name": "Robin Madeup", "email": "robin@council.example", "role": "practitioner"}
        send(running.url, f"{REPORT}/freeze", reader, {})
        send(running.url, "/gateway/v1/people", lead, {"agency_id": "cheshire-east-council"} | new)
        link = link_in(office, "/escalations/v1/links/", about=matter["reference"])
        manager = asyncio.run(token(running.url, "council", "training_manager"))
        soon = datetime.fromisoformat(read(running.url, "/sandbox/v1/clock")["now"]) + timedelta(minutes=25)
        times = {"starts_at": soon.isoformat(), "ends_at": (soon + timedelta(hours=1)).isoformat()}
        courses = read(running.url, "/training/v1/courses?mode=online", manager)["items"]
        course = next(one["id"] for one in courses if one["standing"] == "current")
        about = {"course_id": course, "place": "Westfields", "places": 1}
        session = send(running.url, "/training/v1/sessions", manager, about | times)
        who = [{"name": f"{name} Madeup", "email": f"{name}@council.example"} for name in ("Kim", "Pat")]
        send(running.url, "/training/v1/team-bookings", manager, {"session_id": session["id"], "delegates": who})
        place = link_in(office, "/training/v1/place-links/", about="If you cannot come")
        enlarge(running.url, f"/training/v1/sessions/{session['id']}", manager, places=2)
        path = f"/training/v1/sessions/{session['id']}/sign_in"
        certificate = read(running.url, "/training/v1/certificates?limit=1", manager)["items"][0]["check"]
        invitation = link_in(office, "/set-up?invitation=")
        evaluation = link_in(office, "/training/v1/evaluation-links/")
        offer = link_in(office, "/training/v1/place-links/", about="A place has come free")
        while read(running.url, f"{REPORT}/freeze", reader)["wider"] == "being_prepared":
            sleep(0.2)
        yield Sandbox(running.url, link, invitation, reader, path, evaluation, place, offer, certificate)


def read(url: str, path: str, bearer: str = "") -> Any:
    """Something that is there."""
    answer = httpx.get(url + path, headers={"authorization": f"Bearer {bearer}"} if bearer else {}, timeout=30)
    assert answer.status_code == 200, answer.text
    return answer.json()


def send(url: str, path: str, bearer: str, body: Any) -> Any:
    """Create something."""
    headers = {"authorization": f"Bearer {bearer}", "idempotency-key": secrets.token_urlsafe()}
    answer = httpx.post(url + path, json=body, headers=headers, timeout=30)
    assert answer.status_code == 201, answer.text
    return answer.json()


def enlarge(url: str, path: str, bearer: str, places: int) -> None:
    """Give a session more places."""
    headers = {"authorization": f"Bearer {bearer}"}
    version = httpx.get(url + path, headers=headers, timeout=30).headers["etag"]
    answer = httpx.post(
        f"{url}{path}/enlarge", json={"places": places}, headers=headers | {"if-match": version}, timeout=30
    )
    assert answer.status_code == 200, answer.text


@pytest.fixture(scope="module")
def browser(sandbox: Sandbox) -> Iterator[Browser]:
    """One for all, after the sandbox: it keeps this thread's event loop."""
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def visitor(sandbox: Sandbox, browser: Browser) -> Visiting:
    """Begins visits."""
    return partial(visiting, browser, sandbox.url, axe_source(), CALLBACK)


@pytest.fixture
def visit(visitor: Visiting) -> Iterator[Visit]:
    """Somebody without cookies."""
    with visitor() as visit:
        yield visit


def judged(visit: Visit) -> None:
    """The page holds for those who hear it, who use no mouse, who have a small window or need large type."""
    page = visit.page
    assert visit.violations() == [], page.url
    headings = page.locator(HEADINGS).evaluate_all("all => all.map(one => one.tagName[1])")
    levels = [int(one) for one in headings]
    assert levels.count(1) == 1, page.url
    assert all(below <= above + 1 for above, below in zip([0, *levels], levels, strict=False)), page.url
    assert visit.tabbed() == [], page.url
    for width, type_size in ((320, ""), (640, ""), (1280, "225%")):
        assert visit.overflow(width, type_size) == 0, f"{page.url} at {width} {type_size}"
    visit.overflow(1280)


def begin(visit: Visit, **fields: str) -> str:
    """Push an authorization request as the front end does, open it; the verifier of its code."""
    verifier = secrets.token_urlsafe(48)
    challenge = urlsafe_b64encode(sha256(verifier.encode()).digest()).decode()
    given = {"client_id": FRONT, "response_type": "code", "redirect_uri": CALLBACK, "scope": "openid escalations.read"}
    given |= {"state": "kept", "code_challenge": challenge, "code_challenge_method": "S256"} | fields
    pushed = httpx.post(f"{visit.url}/oauth/par", data=given)
    assert pushed.status_code == 201, pushed.text
    visit.open(f"/oauth/authorize?client_id={FRONT}&request_uri={pushed.json()['request_uri']}")
    return verifier


def fill_in(page: Page, label: str, value: str, button: str = "Continue") -> None:
    """Answer a page's one question."""
    page.get_by_label(label).fill(value)
    page.get_by_role("button", name=button).click()


def code_of(who: Player) -> str:
    """What her authenticator app shows."""
    return pyotp.TOTP(who.totp_secret).now()


def refused(visit: Visit, message: str, field: str) -> None:
    """The page says what is wrong, first of all and at the field; the title, the focus and the keyboard lead there."""
    page = visit.page
    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    expect(summary).to_contain_text(message)
    assert page.title().startswith("Error: ")
    judged(visit)
    summary.focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert visit.focused() == field
    assert message in page.locator(f"#{field}-mistake").inner_text()
    expect(page.locator(f"[aria-describedby~={field}-mistake]")).to_have_count(1)


def test_signed_in_by_keyboard_alone_after_a_wrong_password_and_a_wrong_code(visit: Visit) -> None:
    who, page, press = player("police", "practitioner"), visit.page, visit.page.keyboard.press
    verifier = begin(visit)
    judged(visit)
    page.reload()
    press("Tab")
    expect(page.get_by_role("link", name="Skip to main content")).to_be_in_viewport()
    press("Enter")
    assert visit.focused() == "content"
    press("Tab")
    page.keyboard.type("nobody")
    press("Enter")
    refused(visit, "Enter an email address, like", "email")
    press("Control+a")
    page.keyboard.type(who.email)
    press("Enter")
    expect(page.get_by_label("Enter your password")).to_be_visible()
    judged(visit)
    page.get_by_label("Enter your password").focus()
    page.keyboard.type("not the password")
    press("Enter")
    refused(visit, "The email address or the password is not right", "password")
    page.keyboard.type(PASSWORD)
    press("Enter")
    expect(page.get_by_label("6-digit code")).to_be_visible()
    judged(visit)
    page.get_by_label("6-digit code").focus()
    page.keyboard.type("000000")
    press("Enter")
    refused(visit, "The code is not right", "code")
    page.keyboard.type(code_of(who))
    press("Enter")
    told = visit.called_back()
    assert (told["state"], told["iss"]) == ("kept", visit.url)
    fields = {"client_id": FRONT, "code": told["code"], "redirect_uri": CALLBACK, "code_verifier": verifier}
    redeemed = httpx.post(f"{visit.url}/oauth/token", data={"grant_type": "authorization_code"} | fields)
    assert redeemed.json()["token_type"] == "Bearer"


def test_who_comes_too_late_is_told_and_begins_again(visit: Visit) -> None:
    page = visit.page
    begin(visit)
    fill_in(page, "email address", player("police", "practitioner").email)
    visit.context.clear_cookies()
    fill_in(page, "password", PASSWORD)
    refused(visit, "This took too long", "email")


def test_consent_is_asked_and_can_be_refused_and_a_request_is_answered_once(visit: Visit) -> None:
    who, page = player("icb", "practitioner"), visit.page
    begin(visit, prompt="consent")
    asked = page.url.replace("/sign-in/email", "/oauth/authorize")
    fill_in(page, "email address", who.email)
    fill_in(page, "password", PASSWORD)
    fill_in(page, "6-digit code", code_of(who), "Sign in")
    expect(page.get_by_role("button", name="Agree", exact=True)).to_be_visible()
    judged(visit)
    page.get_by_role("button", name="Do not agree").click()
    assert visit.called_back()["error"] == "access_denied"
    visit.open(asked)
    expect(page.get_by_role("heading", level=1)).to_have_text("You cannot sign in from here")
    judged(visit)
    begin(visit, prompt="consent")
    page.get_by_role("button", name="Agree", exact=True).click()
    assert visit.called_back()["code"]
    visit.open("/sign-out")
    expect(page.get_by_role("heading", level=1)).to_contain_text(who.name)
    judged(visit)
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You have signed out")
    judged(visit)


def test_an_invitation_is_taken_up_once(visit: Visit, sandbox: Sandbox) -> None:
    page = visit.open(sandbox.invitation)
    judged(visit)
    fill_in(page, "password", "short")
    refused(visit, "at least 12 characters", "password")
    fill_in(page, "password", "three made-up words")
    expect(page.get_by_role("img")).to_be_visible()
    secret = page.locator("code").inner_text().replace(" ", "")
    judged(visit)
    fill_in(page, "6-digit code", "000000", "Finish")
    refused(visit, "The code is not right", "code")
    fill_in(page, "6-digit code", pyotp.TOTP(secret).now(), "Finish")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your account is ready")
    judged(visit)
    visit.open(sandbox.invitation)
    expect(page.get_by_role("main")).to_contain_text("This invitation has been used")
    judged(visit)


def test_a_letters_link_is_used_once(visit: Visit, sandbox: Sandbox) -> None:
    page = visit.open(sandbox.link)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Escalation ESC")
    judged(visit)
    page.get_by_role("button", name="Send").click()
    refused(visit, "Choose what you want to do", "do")
    page.get_by_label("Acknowledge that it has arrived").check()
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("You have acknowledged")
    judged(visit)
    visit.open(sandbox.link)
    expect(page.get_by_role("heading", level=1)).to_have_text("This link has been used")
    judged(visit)


def test_a_delegate_signs_in_at_a_session(visit: Visit, sandbox: Sandbox) -> None:
    with ThreadPoolExecutor() as elsewhere:  # this thread's event loop is the browser's
        manager = elsewhere.submit(asyncio.run, token(sandbox.url, "council", "training_manager")).result()
    code = read(sandbox.url, sandbox.session, manager)["code"]  # now: each is shown for a minute
    page = visit.open(f"{sandbox.session}/{code}")
    judged(visit)
    page.get_by_role("button", name="Sign in").click()
    refused(visit, "Give your work e-mail address", "email")
    fill_in(page, "work e-mail address", "robin@council.example", "Sign in")
    expect(page.get_by_label("Your agency")).to_be_visible()
    judged(visit)
    page.get_by_label("Your name").fill("Robin Madeup")
    page.get_by_label("Your agency").select_option(label="Cheshire East Council")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You are signed in")
    judged(visit)
    visit.open(f"{sandbox.session}/AAAAAA")
    expect(page.get_by_role("heading", level=1)).to_have_text("Not signed in")
    judged(visit)


def test_what_a_session_was_worth_is_said_by_a_letters_link(visit: Visit, sandbox: Sandbox) -> None:
    page = visit.open(sandbox.evaluation)
    expect(page.get_by_role("heading", level=1)).to_contain_text("what was it worth?")
    judged(visit)
    page.get_by_role("button", name="Well", exact=True).press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you")
    judged(visit)


def test_a_place_is_given_back_and_another_taken_by_letters_links(visit: Visit, sandbox: Sandbox) -> None:
    page = visit.open(sandbox.place)
    expect(page.get_by_role("main")).to_contain_text("It is late")
    judged(visit)
    page.get_by_role("button", name="Give it back, late").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your place is given back")
    judged(visit)
    page = visit.open(sandbox.offer)
    expect(page.get_by_role("heading", level=1)).to_have_text("A place is offered to you")
    expect(page.get_by_role("button")).to_have_text(["Take the place", "Give it on, and wait no longer"])
    judged(visit)
    page.get_by_role("button", name="Take the place").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("The place is yours")
    judged(visit)


def test_a_certificate_is_checked(visit: Visit, sandbox: Sandbox) -> None:
    page = visit.open(sandbox.certificate)
    expect(page.get_by_role("heading", level=1)).to_have_text("This certificate holds")
    judged(visit)


@pytest.mark.parametrize("path", OTHER_REPORTS)
def test_what_is_drawn_besides(visitor: Visiting, sandbox: Sandbox, path: str) -> None:
    plan = read(sandbox.url, "/governance/v1/plans", sandbox.reader)["items"][0]["id"] if "{plan}" in path else ""
    with visitor(extra_http_headers={"authorization": f"Bearer {sandbox.reader}"}) as visit:
        visit.open(path.format(plan=plan))
        judged(visit)


@pytest.mark.parametrize("path", ["/", "/docs", *(f"/docs/{name}" for name in (*SERVICES, *GUIDES))])
def test_what_is_read_without_an_account(visit: Visit, path: str) -> None:
    visit.open(path)
    judged(visit)


def test_an_address_that_is_none(visit: Visit) -> None:
    page = visit.open("/docs/nothing")
    expect(page.get_by_role("heading", level=1)).to_have_text("Page not found")
    judged(visit)


def test_an_operation_is_found_by_its_words(visit: Visit) -> None:
    page = visit.open("/docs")
    fill_in(page, "Search", "raise an escalation", "Search")
    judged(visit)
    page.get_by_role("link", name="Raise an escalation").click()
    expect(page.get_by_role("heading", name="Raise an escalation")).to_be_in_viewport()
    visit.open("/docs?q=no+such+words")
    expect(page.get_by_role("main")).to_contain_text("Nothing has all the words")


@pytest.mark.parametrize("edition", ["exact", "wider"])
def test_the_quarters_report(visitor: Visiting, sandbox: Sandbox, edition: str) -> None:
    with visitor(extra_http_headers={"authorization": f"Bearer {sandbox.reader}"}, color_scheme="dark") as visit:
        page = visit.open(f"{REPORT}.html?edition={edition}")
        for landmark in ("banner", "navigation", "main", "contentinfo"):
            expect(page.get_by_role(landmark)).to_have_count(1)
        judged(visit)
        if edition == "exact":
            stations = page.locator("table#ways tbody tr")
            assert stations.count() == 9
            for station in stations.all():
                assert station.locator("td").nth(2).inner_text() != "0", "the sandbox has learning at every station"
        plots = page.locator("figure")
        assert plots.count() > 0
        for plot in plots.all():
            assert plot.get_by_role("img").get_attribute("aria-labelledby")
            expect(plot.locator("xpath=following-sibling::*[1]").get_by_role("table")).to_have_count(1)
        printed = [sheet.extract_text() for sheet in pypdf.PdfReader(BytesIO(page.pdf())).pages]
        for number, sheet in enumerate(printed, 1):
            assert sheet.count("OFFICIAL-SENSITIVE") >= 2
            assert f"Page {number} of {len(printed)}" in sheet
        assert "Matters closed in the quarter" in "".join(printed), "what is folded on the screen is open on paper"
