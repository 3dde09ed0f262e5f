"""The gateway, as the benches serve it: over the network before one upstream, with a limit that nobody reaches."""

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI

from services.gateway.app import create_gateway
from shared.bus.postgres import PostgresBus
from shared.settings import Settings


def make(given: Mapping[str, Any]) -> FastAPI:
    """The application."""
    settings = Settings.read(
        "gateway",
        given["environment"],
        public_url=given["issuer"],
        upstreams=f"escalations={given['upstream']}" if "upstream" in given else "",
        requests_a_minute=999_999,
    )
    return create_gateway(settings, PostgresBus(settings.database_url))
