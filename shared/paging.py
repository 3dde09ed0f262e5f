"""Keyset pages: a stable order, no counting, and a signed cursor that serves its own reader and filter only."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from itsdangerous import BadData, URLSafeSerializer
from sqlalchemy import Row

from shared.policy import Principal
from shared.problems import Invalid

SMALLEST, USUAL, GREATEST = 1, 50, 200


@dataclass(frozen=True)
class Page:
    """One page of rows and the cursor of the next, or None at the end."""

    rows: Sequence[Row[Any]]
    next: str | None


class Cursors:
    """Makes and reads cursors: opaque, signed, and bound to the agency, the roles and the filter."""

    def __init__(self, key: str) -> None:
        self._signer = URLSafeSerializer(key, salt="cursor")

    def make(self, principal: Principal, filters: str, position: Sequence[Any]) -> str:
        """The cursor that stands after `position`, the sort key of a page's last row."""
        text = self._signer.dumps([_bound(principal, filters), [_text(part) for part in position]])
        return text if isinstance(text, str) else text.decode()

    def read(
        self, principal: Principal, filters: str, cursor: str | None, *kinds: Callable[[str], Any]
    ) -> list[Any] | None:
        """The position of a cursor. Invalid where it was made for another reader or filter, or not made here."""
        if cursor is None:
            return None
        try:
            bound, position = self._signer.loads(cursor)
            if bound != _bound(principal, filters) or len(position) != len(kinds):
                raise BadData("bound to something else")
            return [kind(part) for kind, part in zip(kinds, position, strict=True)]
        except (BadData, ValueError, TypeError):
            raise Invalid.field(
                "cursor", "cursor", "This cursor was not given to you for this list. Start again without one."
            ) from None


def page(rows: Sequence[Row[Any]], limit: int, cursor: Callable[[Row[Any]], str]) -> Page:
    """The page from `limit + 1` rows read: one row more says that there is a next page."""
    if len(rows) <= limit:
        return Page(rows, None)
    return Page(rows[:limit], cursor(rows[limit - 1]))


def _bound(principal: Principal, filters: str) -> str:
    """What a cursor is bound to, as a digest: it stays short whatever roles its reader has and however she filters."""
    bound = "\0".join((principal.subject, principal.agency_id, *sorted(principal.roles), "", filters))
    return hashlib.sha256(bound.encode()).hexdigest()


def _text(part: Any) -> str:
    return part.isoformat() if isinstance(part, datetime) else str(part)
