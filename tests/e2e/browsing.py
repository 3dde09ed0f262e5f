"""A real browser at the suite's pages, which watches what it is told to do, and what can be asked of a page."""

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response, sync_playwright

from tests.node import installed

RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
TABBING = Path(__file__).with_name("tabbing.js").read_text()
CALLED_BACK_SECONDS = 10
OVERFLOW = "() => document.scrollingElement.scrollWidth - document.documentElement.clientWidth"


def executable() -> str:
    """The machine's own Chromium."""
    found = [path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))]
    assert found, "no Chromium: `make tools` says how to get one"
    return found[0]


@contextmanager
def chromium() -> Iterator[Browser]:
    """It, without a screen."""
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=executable(), args=["--no-sandbox"])
        yield browser
        browser.close()


@dataclass
class Visit:
    """One person's browser. `strays` are requests to other origins, `called` those that led back to the front end."""

    context: BrowserContext
    page: Page
    url: str
    axe: str
    callback: str
    strays: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    lax: list[str] = field(default_factory=list)
    called: list[str] = field(default_factory=list)

    def open(self, path: str) -> Page:
        """Go to a page of the suite."""
        self.page.goto(path if path.startswith("http") else self.url + path)
        return self.page

    def violations(self) -> list[str]:
        """What axe finds wrong with the page, each with the first element that has it."""
        self.page.evaluate(self.axe)
        # What is right is counted by rule, and not described for each of thousands of elements.
        options = {"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"], "selectors": False}
        found: dict[str, Any] = self.page.evaluate("options => axe.run(document, options)", options)
        assert found["passes"]
        return [f"{one['id']}: {one['help']}: {one['nodes'][0]['html'][:200]}" for one in found["violations"]]

    def called_back(self) -> dict[str, str]:
        """What the front end was told in the end; nobody listens there, but the browser has asked."""
        deadline = time.monotonic() + CALLED_BACK_SECONDS
        while not self.page.url.startswith("chrome-error:"):
            assert time.monotonic() < deadline, f"{self.page.url} leads to no front end"
            self.page.wait_for_timeout(20)
        return {name: values[0] for name, values in parse_qs(urlsplit(self.called.pop()).query).items()}

    def focused(self) -> str:
        """The id of the element that has the focus."""
        return str(self.page.evaluate("document.activeElement.id"))

    def overflow(self, width: int, type_size: str = "") -> float:
        """By how many pixels the page is wider than a window of this width, with type of this size."""
        self.page.set_viewport_size({"width": width, "height": 800})
        self.page.evaluate("size => { document.documentElement.style.fontSize = size }", type_size)
        return float(self.page.evaluate(OVERFLOW))

    def tabbed(self) -> list[str]:
        """Press Tab through the whole page and on; what it did not reach in order, what did not show it, what kept it."""
        self.page.evaluate(TABBING)
        for _ in range(self.page.evaluate("tabbing.begin()") + 1):
            self.page.keyboard.press("Tab")
        return list(self.page.evaluate("tabbing.judge()"))

    # What the browser tells of its own accord.

    def _asked(self, request: Request) -> None:
        if request.url.startswith(self.callback):
            self.called.append(request.url)
        elif not request.url.startswith((f"{self.url}/", "data:")):
            self.strays.append(request.url)

    def _said(self, message: ConsoleMessage) -> None:
        # A page that refuses has the status of a refusal, which the browser notes too.
        if not (message.text.startswith("Failed to load resource") and message.location["url"] == self.page.url):
            self.complaints.append(f"{message.type}: {message.text}")

    def _answered(self, response: Response) -> None:
        if response.headers.get("content-type", "").startswith("text/html") and response.url.startswith(self.url):
            policy = response.headers.get("content-security-policy", "")
            if not policy.startswith("default-src 'none'") or "unsafe" in policy or "*" in policy:
                self.lax.append(f"{response.url}: {policy}")


@contextmanager
def visiting(browser: Browser, url: str, axe: str, callback: str, **options: Any) -> Iterator[Visit]:
    """A browser with no cookies; at its end nothing may have gone elsewhere, been complained of, or lacked a strict policy."""
    context = browser.new_context(**options)
    visit = Visit(context, context.new_page(), url, axe, callback)
    visit.page.on("request", visit._asked)
    visit.page.on("console", visit._said)
    visit.page.on("pageerror", lambda error: visit.complaints.append(str(error)))
    visit.page.on("response", visit._answered)
    yield visit
    wrong = {"elsewhere": visit.strays, "console": visit.complaints, "policy": visit.lax}
    assert not any(wrong.values()), wrong
    context.close()


def axe_source() -> str:
    """The rules, as a script."""
    return (installed(Path(__file__).parent / "axe") / "node_modules/axe-core/axe.min.js").read_text()
