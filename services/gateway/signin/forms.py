"""What every page of the sign-in does alike: reads its small form, knows its browser, and carries the request that waits."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode

from sqlalchemy import select
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from services.gateway.models import Client, PushedRequest
from services.gateway.oauth.context import digest
from services.gateway.pages.rendering import page
from services.gateway.signin.sessions import Cookie, Visit, csrf_of, visit
from services.gateway.state import Gateway, gateway_of
from shared.db import Tx

LONGEST_FORM = 8 * 1024
CARRIED = ("client_id", "request_uri", "invitation")
WAITING = select(Client.name, PushedRequest.parameters["redirect_uri"].astext.label("redirect_uri")).join(
    PushedRequest, PushedRequest.client_id == Client.client_id
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """The authorization request for whose sake somebody signs in."""

    client_name: str = ""
    redirect_uri: str | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """One request of a browser on its way through the pages."""

    request: Request
    gateway: Gateway
    cookie: Cookie
    fields: Mapping[str, str]

    @property
    def query(self) -> str:
        """The reference to the waiting request, and nothing else of what the address holds."""
        given = self.request.query_params
        return urlencode({name: given[name] for name in CARRIED if name in given})

    @property
    def secret(self) -> str | None:
        """The browser's cookie."""
        return self.cookie.of(self.request)

    @property
    def own_form(self) -> bool:
        """Whether this is a form that one of this browser's own pages has sent."""
        if self.request.method != "POST" or self.secret is None:
            return False
        return hmac.compare_digest(csrf_of(self.secret).encode(), self.fields.get("csrf", "").encode())

    async def visit(self, tx: Tx) -> Visit | None:
        """The browser's visit, if it has one; on a form, only if the form is its own."""
        if self.request.method == "POST" and not self.own_form:
            return None
        return await visit(tx, self.secret)

    async def waiting(self, tx: Tx) -> Waiting:
        """What waits for the sign-in; nothing, where somebody has come by herself."""
        reference = self.request.query_params.get("request_uri")
        row = await tx.row(WAITING.where(PushedRequest.hash == digest(reference))) if reference else None
        return Waiting(row.name, row.redirect_uri) if row else Waiting()

    def to(self, path: str, **more: str) -> Response:
        """On to another page, with what waits."""
        query = "&".join(filter(None, (self.query, urlencode(more))))
        return RedirectResponse(f"{path}?{query}" if query else path, 303)

    def page(self, template: str, waiting: Waiting = Waiting(), **values: Any) -> Response:
        """A page of the way."""
        sandbox = self.gateway.settings.sandbox
        return page(template, leads_to=waiting.redirect_uri, query=self.query, sandbox=sandbox, **values)


async def turn(request: Request) -> Turn:
    """Read what the browser has sent; a form that cannot be read is an empty one."""
    gateway = gateway_of(request)
    fields: dict[str, str] = {}
    if request.method == "POST":
        body = await request.body()
        try:
            pairs = parse_qsl(body[:LONGEST_FORM].decode("ascii"), True, errors="strict", max_num_fields=20)
            fields = {name: value for name, value in pairs if value.isprintable()}
        except ValueError:
            fields = {}
    return Turn(request, gateway, Cookie(gateway.profile.issuer), fields)
