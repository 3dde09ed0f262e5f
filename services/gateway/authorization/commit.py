"""Commits what a request has decided, in one transaction, before its answer leaves.

Each write is one statement whose condition is its guard: `ON CONFLICT DO NOTHING`, `WHERE used_at IS NULL`. One that
hits no row means that somebody else was first: everything is rolled back, the answer becomes that write's refusal, and
what must be remembered nevertheless (the use of an assertion, the end of a grant) is committed on its own.
"""

from collections.abc import Sequence
from dataclasses import fields
from datetime import UTC, datetime
from functools import singledispatch
from typing import Any

from sqlalchemy import BindParameter, bindparam, update
from sqlalchemy.dialects.postgresql import insert

from services.gateway import models
from services.gateway.oauth import writes
from services.gateway.oauth.writes import Answer, Outcome, Refusal, Write
from services.gateway.standing import raise_standing
from shared.db import Database, Tx
from shared.now import wall
from shared.prepared import Prepared

Statement = tuple[Prepared, dict[str, Any]]
KEY: BindParameter[Any] = bindparam("key")
AT: BindParameter[Any] = bindparam("at")


def _insert(table: type[models.Base], *columns: str) -> Prepared:
    """Insert a row of these columns unless it is there; returns its key where it was not."""
    (key, *_) = table.__table__.primary_key
    statement = insert(table).values({name: bindparam(name) for name in columns})
    return Prepared(statement.on_conflict_do_nothing().returning(key))


USE_ASSERTION = _insert(models.UsedAssertion, "client_id", "jti", "expires_at")
PUSH = _insert(models.PushedRequest, "hash", "client_id", "parameters", "pushed_at", "expires_at")
USE_REQUEST = Prepared(
    update(models.PushedRequest)
    .where(models.PushedRequest.hash == KEY, models.PushedRequest.used_at.is_(None))
    .values(used_at=AT)
    .returning(models.PushedRequest.hash)
)
START_GRANT = _insert(models.Grant, *(field.name for field in fields(writes.StartGrant)))
USE_CODE = Prepared(
    update(models.Grant)
    .where(models.Grant.grant_id == KEY, models.Grant.code_used_at.is_(None), models.Grant.revoked_at.is_(None))
    .values(code_used_at=AT)
    .returning(models.Grant.grant_id)
)
ISSUE_REFRESH = _insert(models.RefreshToken, "hash", "grant_id", "issued_at")
USE_REFRESH = Prepared(
    update(models.RefreshToken)
    .where(models.RefreshToken.hash == KEY, models.RefreshToken.used_at.is_(None))
    .values(used_at=AT)
    .returning(models.RefreshToken.hash)
)
REVOKE_GRANT = Prepared(
    update(models.Grant)
    .where(models.Grant.grant_id == KEY, models.Grant.revoked_at.is_(None))
    .values(revoked_at=AT, revoked_reason=bindparam("reason"))
    .returning(models.Grant.grant_id)
)
REVOKE_TOKEN = _insert(models.RevokedToken, "jti", "expires_at")
REVOCATIONS = (writes.RevokeGrant, writes.RevokeToken)


class _Beaten(Exception):
    def __init__(self, write: Write, refusal: Refusal) -> None:
        super().__init__(refusal.error)
        self.write, self.refusal = write, refusal


async def commit(database: Database, outcome: Outcome) -> Answer:
    """Commit an outcome's writes; the answer that may then leave."""
    decided = outcome.to_commit()
    try:
        if len(decided) == 1 and not isinstance(decided[0], REVOCATIONS):
            prepared, values = _statement(decided[0], wall())
            _check_hit(decided[0], await database.alone(prepared, values))
        elif decided:
            async with database.transaction() as tx:
                await _apply(tx, decided)
    except _Beaten as beaten:
        async with database.transaction() as tx:
            lasting = (w for w in decided if w.lasting and w != beaten.write)
            await _apply(tx, (*lasting, *beaten.write.when_refused()), guarded=False)
        return Answer(
            400, {"error": beaten.refusal.error, "error_description": beaten.refusal.description}, failed=True
        )
    return outcome.answer


async def _apply(tx: Tx, decided: tuple[Write, ...], guarded: bool = True) -> None:
    for write in decided:
        prepared, values = _statement(write, tx.wall)
        hit = await tx.fetch(prepared, values)
        if guarded:
            _check_hit(write, hit)
    if any(isinstance(write, REVOCATIONS) for write in decided):
        await raise_standing(tx)


def _check_hit(write: Write, hit: Sequence[Any]) -> None:
    if write.refusal and not hit:
        raise _Beaten(write, write.refusal)


@singledispatch
def _statement(write: Write, at: datetime) -> Statement:
    raise TypeError(f"no statement for {type(write).__name__}")


def _instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


@_statement.register
def _(write: writes.UseAssertion, at: datetime) -> Statement:
    return USE_ASSERTION, {
        "client_id": write.client_id,
        "jti": write.jti,
        "expires_at": _instant(write.expires_at),
    }


@_statement.register
def _(write: writes.PushRequest, at: datetime) -> Statement:
    return PUSH, {
        "hash": write.hash,
        "client_id": write.client_id,
        "parameters": dict(write.parameters),
        "pushed_at": _instant(write.pushed_at),
        "expires_at": _instant(write.expires_at),
    }


@_statement.register
def _(write: writes.UseRequest, at: datetime) -> Statement:
    return USE_REQUEST, {"key": write.hash, "at": at}


@_statement.register
def _(write: writes.StartGrant, at: datetime) -> Statement:
    instants = ("auth_time", "started_at", "code_expires_at", "expires_at")
    values = {field.name: getattr(write, field.name) for field in fields(write)}
    return START_GRANT, values | {name: _instant(values[name]) for name in instants} | {"amr": list(write.amr)}


@_statement.register
def _(write: writes.UseCode, at: datetime) -> Statement:
    return USE_CODE, {"key": write.grant_id, "at": at}


@_statement.register
def _(write: writes.IssueRefresh, at: datetime) -> Statement:
    return ISSUE_REFRESH, {
        "hash": write.hash,
        "grant_id": write.grant_id,
        "issued_at": _instant(write.issued_at),
    }


@_statement.register
def _(write: writes.UseRefresh, at: datetime) -> Statement:
    return USE_REFRESH, {"key": write.hash, "at": at}


@_statement.register
def _(write: writes.RevokeGrant, at: datetime) -> Statement:
    return REVOKE_GRANT, {"key": write.grant_id, "at": at, "reason": write.reason}


@_statement.register
def _(write: writes.RevokeToken, at: datetime) -> Statement:
    return REVOKE_TOKEN, {"jti": write.jti, "expires_at": _instant(write.expires_at)}
