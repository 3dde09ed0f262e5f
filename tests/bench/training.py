"""The training service, as the benches serve it."""

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI

from services.training.app import SERVICE
from shared.bus.postgres import PostgresBus
from shared.service import create_app
from shared.settings import Settings


def make(given: Mapping[str, Any]) -> FastAPI:
    """The application; its keys are those of the bench."""

    async def keys() -> Mapping[str, Any]:
        found: Mapping[str, Any] = given["keys"]
        return found

    settings = Settings(
        service=SERVICE.name,
        public_url=given["issuer"],
        database_url=given["url"],
        pseudonym_key="01" * 32,
        record_key="03" * 32,
        seal_key="02" * 32,
        cursor_key="03" * 32,
        pool_size=10,
    )
    return create_app(SERVICE, settings, PostgresBus(given["url"]), keys)
