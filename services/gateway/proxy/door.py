"""The route to every service: the request is judged here, and then goes on with its own token."""

from collections.abc import Mapping
from typing import Any

from starlette.datastructures import Headers
from starlette.routing import BaseRoute, Match
from starlette.types import ASGIApp, Receive, Scope, Send

from services.gateway.proxy.admission import (
    StandingVerifier,
    as_caller,
    bearer,
    check_allowed,
    check_granted,
    operation_for,
)
from services.gateway.proxy.limits import Limit
from services.gateway.proxy.passing import Passage, check_body, passed_on
from services.gateway.proxy.routes import Operation, Place, Routes, plain, read_routes
from services.gateway.standing import StandingReader
from shared.tokens import FetchKeys, Unauthenticated


class ServiceDoor(BaseRoute):
    """`/<service>/…` for each service behind the gateway; its name stands first in the path and last in the audience."""

    def __init__(
        self,
        services: Mapping[str, ASGIApp],
        issuer: str,
        fetch_keys: FetchKeys,
        standing: StandingReader,
        limit: Limit,
    ) -> None:
        self.services, self._limit = services, limit
        self._host = issuer.partition("//")[2].encode()
        self._routes: dict[str, Routes] = {}
        self._verifiers = {name: StandingVerifier(issuer, name, fetch_keys, standing) for name in services}

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """By the first segment of the path."""
        mine = scope["type"] == "http" and _first_segment(scope["path"]) in self.services
        return (Match.FULL, {}) if mine else (Match.NONE, {})

    def url_path_for(self, name: str, /, **path_params: Any) -> Any:
        """Nothing links into a service by a route's name."""
        raise LookupError(name)

    async def place(self, scope: Scope) -> Place | None:
        """What a service has at this path. ConnectionError where its service cannot be asked for its operations."""
        name = _first_segment(scope["path"])
        if name not in self.services or not plain(scope):
            return None
        if name not in self._routes:
            self._routes[name] = await read_routes(self.services[name])
        return self._routes[name].at(scope["path"])

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Judge one request and pass it on."""
        name, headers = _first_segment(scope["path"]), Headers(scope=scope)
        place = await self.place(scope)
        operation = operation_for(scope["method"], headers, place)
        scope["route"], scope["path_params"] = operation, {"id": place.record_id if place else ""}
        await self._judge(scope, headers, operation, self._verifiers[name])
        check_body(scope["headers"])
        await Passage(name, receive, send).through(self.services[name], passed_on(scope, self._host))

    async def _judge(self, scope: Scope, headers: Headers, operation: Operation, verifier: StandingVerifier) -> None:
        address = scope["client"][0] if scope["client"] else ""
        if operation.action is None:
            self._count(scope, address)
            return
        try:
            principal = await verifier.principal(bearer(headers))
        except Unauthenticated:
            self._count(scope, address)
            raise
        self._count(scope, principal.client_id)
        caller = as_caller(principal, operation.action)
        scope.setdefault("state", {})["caller"] = caller  # a refusal is recorded with it
        check_granted(caller)

    def _count(self, scope: Scope, caller: str) -> None:
        allowance = self._limit.take(caller)
        scope["told"].extend(allowance.headers())
        check_allowed(allowance)


def _first_segment(path: str) -> str:
    return path.split("/", 2)[1]
