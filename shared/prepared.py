"""Statements are built with SQLAlchemy, compiled once, and sent straight to the driver.

Half the time of a hot read, and two fifths of a command's, were otherwise spent between the engine and the driver.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache, partial
from typing import Any

import asyncpg
from pydantic_core import from_json
from sqlalchemy import Executable, Select, Table, bindparam, insert
from sqlalchemy.dialects.postgresql import asyncpg as dialect
from sqlalchemy.engine import IteratorResult
from sqlalchemy.engine.result import SimpleResultMetaData
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.util import LRUCache

Values = Mapping[str, Any]

_DIALECT = dialect.dialect()  # type: ignore[no-untyped-call]
_COMPILED: LRUCache[Any, Any] = LRUCache(1000)


class Prepared:
    """A statement whose values are bound by name, compiled once; its result says nothing of how many rows were changed."""

    def __init__(self, statement: Executable) -> None:
        compiled = statement.compile(dialect=_DIALECT)  # type: ignore[attr-defined]
        self.statement = statement
        self.sql, self._fixed = str(compiled), compiled.params
        order, processors = compiled.positiontup or (), compiled._bind_processors
        if compiled.post_compile_params:  # its own lists, which become as many places as they have values
            expanded = compiled._process_parameters_for_postcompile({**self._fixed})
            self.sql, order = expanded.statement, expanded.positiontup or ()
            self._fixed, processors = {**self._fixed, **expanded.parameters}, {**processors, **expanded.processors}
        self._order = [(name, processors.get(name)) for name in order]

    def arguments(self, values: Values) -> list[Any]:
        """The values in the order and the form in which the driver wants them."""
        named = {**self._fixed, **values}
        return [process(named[name]) if process else named[name] for name, process in self._order]


class Result(IteratorResult[Any]):
    """The rows that a statement gave, and how many it gave or changed."""

    def __init__(self, rows: Sequence[Any] = (), rowcount: int = -1) -> None:
        super().__init__(_columns(tuple(rows[0].keys()) if rows else ()), iter(rows))
        self.records, self.rowcount = rows, rowcount


@lru_cache(maxsize=1000)
def inserting(table: Table, names: tuple[str, ...]) -> Prepared:
    """The statement that inserts a row of which these columns are given."""
    return Prepared(insert(table).values({name: bindparam(name, type_=table.c[name].type) for name in names}))


async def fetched(
    connection: "asyncpg.Connection[Record]", built: Executable, sql: str, sent: Sequence[Any]
) -> list[Any]:
    """The rows of a statement. The driver's own errors.

    The driver remembers how the rows within rows are made (`gathered` of `shared.db`). Where a migration has given their
    table a column since, it forgets that and fails, once; a `select`, which has done nothing, is sent once more.
    """
    rows: list[Any]
    try:
        rows = await connection.fetch(sql, *sent)
    except asyncpg.OutdatedSchemaCacheError:
        if not isinstance(built, Select):
            raise
        rows = await connection.fetch(sql, *sent)
    return rows


async def send(
    connection: "asyncpg.Connection[Record]",
    statement: Executable | Prepared,
    values: Values | Sequence[Values] | None,
) -> Result:
    """Run any statement; with several rows of values, all of them in one round trip. The driver's own errors."""
    rows = [values] if isinstance(values, Mapping) else list(values or ({},))
    many = len(rows) > 1
    if isinstance(statement, Prepared):
        if many:
            await connection.executemany(statement.sql, [statement.arguments(row) for row in rows])
            return Result()
        returned = await fetched(connection, statement.statement, statement.sql, statement.arguments(rows[0]))
        return Result(returned, len(returned))
    compiled, sql, sent = _compiled(statement, rows, many=many)
    if many:
        await connection.executemany(sql, sent)
        return Result()
    if compiled.effective_returning or not (compiled.isinsert or compiled.isupdate or compiled.isdelete):
        found = await fetched(connection, statement, sql, sent[0])
        return Result(found, len(found))
    status = await connection.execute(sql, *sent[0])
    return Result((), int(status.rsplit(" ", 1)[-1]))


def _compiled(statement: Any, rows: Sequence[Values], *, many: bool) -> tuple[SQLCompiler, str, list[list[Any]]]:
    """The statement, its text, and each row's values in the order and the form in which the driver wants them.

    Statements of one shape are compiled once, whatever their values: the steps are those of SQLAlchemy's own engine,
    whose cache of what it has compiled can be had in no other way.
    """
    compiled: SQLCompiler
    compiled, extracted, own, _ = statement._compile_w_cache(
        _DIALECT, compiled_cache=_COMPILED, column_keys=sorted(rows[0]), for_executemany=many
    )
    named: list[Mapping[str, Any]] = [
        compiled.construct_params(
            _with_defaults(compiled, row),
            extracted_parameters=extracted,
            escape_names=False,
            _group_number=number,
            _collected_params=own,
        )
        for number, row in enumerate(rows)
    ]
    order: Sequence[str]
    processors: Mapping[str, Any]
    sql, order = compiled.string, compiled.positiontup or ()
    processors = compiled._bind_processors
    if compiled.post_compile_params:  # lists, which become as many places as they have values
        expanded = compiled._process_parameters_for_postcompile({**named[0]})
        sql, order = expanded.statement, expanded.positiontup or ()
        processors = {**processors, **expanded.processors}
        named = [{**named[0], **expanded.parameters}]
    places: list[tuple[str, Any]] = [(name, processors.get(name)) for name in order]
    sent = [[process(row[name]) if process else row[name] for name, process in places] for row in named]
    return compiled, sql, sent


def _with_defaults(compiled: SQLCompiler, row: Values) -> Values:
    """The values of a row, and those that its table's columns have where nothing is said."""
    defaults: dict[str, Any] = {column.key: column.default for column in compiled.insert_prefetch or ()}
    if not defaults:
        return row
    return {name: one.arg(None) if one.is_callable else one.arg for name, one in defaults.items()} | dict(row)


@lru_cache(maxsize=1000)
def _columns(names: tuple[str, ...]) -> SimpleResultMetaData:
    return SimpleResultMetaData(names)


class Record(asyncpg.Record):  # type: ignore[misc]
    """A row of the driver's whose columns are attributes, as those of SQLAlchemy's rows are."""

    def __getattr__(self, name: str) -> Any:
        """A column."""
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name) from None

    @property
    def _mapping(self) -> Mapping[str, Any]:
        return dict(self)

    def _asdict(self) -> dict[str, Any]:
        return dict(self)


async def set_codecs(connection: "asyncpg.Connection[Record]") -> None:
    """JSON columns arrive as Python's values; they leave as the text that their types make of them.

    In binary form, for rows within rows are read in no other; that of jsonb begins with the number of its version.
    """
    for kind, version in (("json", b""), ("jsonb", b"\x01")):
        await connection.set_type_codec(
            kind,
            encoder=partial(_json_out, version),
            decoder=partial(_json_in, len(version)),
            schema="pg_catalog",
            format="binary",
        )


def _json_out(version: bytes, text: object) -> bytes:
    return version + str(text).encode()


def _json_in(begins: int, data: bytes) -> Any:
    return from_json(data[begins:])
