"""Operations are declared with an action, and read by FastAPI when they are first asked for."""

from typing import Annotated

import pytest
from fastapi import FastAPI

from shared.auth import Caller, Public, Requires
from shared.policy import governance
from shared.routing import Operation, Router, operations

WHY = "It is a test."


async def listed(caller: Annotated[Caller, Requires(governance.LIST_AGENCIES)]) -> list[str]:
    """An operation with an action."""
    return []


async def shown(record_id: str, nobody: Annotated[None, Public(WHY)]) -> str:
    """An operation for everybody."""
    return record_id


async def forgotten(record_id: str) -> str:
    """An operation that declares neither."""
    return record_id


def app_of(router: Router) -> FastAPI:
    app = FastAPI(openapi_url=None)
    app.router.routes.extend(router.under("/governance/v1"))
    return app


def test_an_operation_is_declared_with_its_method_path_and_action() -> None:
    router = Router(tags=["tests"])
    router.get("/agencies")(listed)
    router.post("/agencies/{record_id:path}")(shown)
    first, second = operations(app_of(router))
    assert (first.method, first.path, first.action) == ("GET", "/governance/v1/agencies", governance.LIST_AGENCIES)
    assert (second.method, second.documented_path, second.action) == (
        "POST",
        "/governance/v1/agencies/{record_id}",
        None,
    )
    assert second.pattern.fullmatch("/governance/v1/agencies/a/b")


def test_one_without_an_action_stops_the_start() -> None:
    router = Router()
    router.get("/agencies/{record_id}")(forgotten)
    with pytest.raises(RuntimeError, match=r"/governance/v1/agencies/\{record_id\} declares no action"):
        list(operations(app_of(router)))


def test_it_is_read_once_and_not_before_it_is_asked_for() -> None:
    router = Router()
    router.post("/agencies/{record_id}", status_code=201)(shown)
    ours, others = app_of(router), app_of(router)
    list(operations(ours))
    (operation,) = (route for route in ours.routes if isinstance(route, Operation))
    assert "dependant" not in vars(operation)
    assert [field.name for field in operation.dependant.path_params] == ["record_id"]
    assert operation.status_code == 201
    assert operation in others.routes
    assert not hasattr(operation, "something_else")
