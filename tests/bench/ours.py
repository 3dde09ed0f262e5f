"""A service of ours, as the benches serve it."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from fastapi import FastAPI

from shared.bus.postgres import PostgresBus
from shared.service import create_app
from shared.settings import Settings


def settings_of(given: Mapping[str, Any]) -> Settings:
    """The service's settings from those of the bench."""
    return Settings(
        service=given["service"],
        public_url=given["issuer"],
        database_url=given["url"],
        pseudonym_key="01" * 32,
        record_key="03" * 32,
        seal_key="02" * 32,
        cursor_key="03" * 32,
        pool_size=10,
    )


def make(given: Mapping[str, Any]) -> FastAPI:
    """The application; its keys are those of the bench."""

    async def keys() -> Mapping[str, Any]:
        found: Mapping[str, Any] = given["keys"]
        return found

    service = import_module(f"services.{given['service']}.app").SERVICE
    return create_app(service, settings_of(given), PostgresBus(given["url"]), keys)
