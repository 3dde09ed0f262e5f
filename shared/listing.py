"""The pages of a list: what every list request may say, and the page that answers it.

async def list_bodies(caller: …, tx: ReadTx, wanted: Annotated[ListBodies, Query()], pages: Pages) -> BodyPage:
    filters = queries.Filters(**wanted.chosen())
    found = await pages.of(wanted, filters, partial(queries.page, tx, filters), lambda row: (row.id,), str)
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated, Any, TypeVar

from fastapi import Depends
from pydantic import BaseModel, Field
from sqlalchemy import Row
from starlette.requests import Request as Asked
from starlette.responses import Response

from shared.auth import Caller
from shared.documents.csv import MEDIA_TYPE, table
from shared.paging import GREATEST, SMALLEST, USUAL, Cursors, Page, page
from shared.schemas import Request


class Listing(Request):
    """How many at a time, and after which; a list's own filters are the fields that its request adds."""

    limit: Annotated[int, Field(ge=SMALLEST, le=GREATEST)] = USUAL
    cursor: Annotated[str | None, Field(max_length=500, description="`next` of the page before.")] = None

    def chosen(self) -> dict[str, Any]:
        """The filters."""
        return self.model_dump(exclude={"limit", "cursor"})


class Pager:
    """Makes the pages of one request's list."""

    def __init__(self, cursors: Cursors, caller: Caller) -> None:
        self._cursors, self._principal = cursors, caller.principal

    async def of(
        self,
        wanted: Listing,
        filters: object,
        rows: Callable[[int, Sequence[Any] | None], Awaitable[Sequence[Row[Any]]]],
        position: Callable[[Row[Any]], Sequence[Any]],
        *kinds: Callable[[str], Any],
    ) -> Page:
        """The page wanted of the rows that `rows(limit, after)` reads, one more than the limit.

        `position` is a row's place in the order, `kinds` what its parts are read with. Invalid for another list's cursor.
        """
        said = str(filters)
        after = self._cursors.read(self._principal, said, wanted.cursor, *kinds)
        found = await rows(wanted.limit, after)
        return page(found, wanted.limit, lambda row: self._cursors.make(self._principal, said, position(row)))


async def _pager(request: Asked) -> Pager:  # asynchronous, or each list would go through a thread
    return Pager(request.app.state.runtime.cursors, request.state.caller)


Pages = Annotated[Pager, Depends(_pager)]
"""Comes after the caller in an operation's parameters: it serves that caller's pages."""

Whole = TypeVar("Whole", bound=BaseModel)
OR_CSV: dict[int | str, dict[str, Any]] = {200: {"content": {"text/csv": {}}}}
"""What an operation says of its answers that may be had as a table."""


def table_or(
    request: Asked, whole: Whole, items: Sequence[BaseModel], kind: type[BaseModel], following: str | None = None
) -> Whole | Response:
    """The answer as JSON, or its items as a table where `Accept` asks for one; its next page stands in a Link header."""
    if "text/csv" not in request.headers.get("accept", ""):
        return whole
    rows = [item.model_dump(mode="json", warnings=False) for item in items]
    columns = list(kind.model_fields)
    link = {}
    if following:  # the whole query stands in it again: a cursor goes on with the very list that it was made for
        link = {"link": f'<?{request.url.include_query_params(cursor=following).query}>; rel="next"'}
    return Response(table(columns, [[row.get(name) for name in columns] for row in rows]), 200, link, MEDIA_TYPE)
