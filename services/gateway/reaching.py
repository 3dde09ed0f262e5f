"""Whose records a caller may see and change here: those of the own agency, or all; the others do not exist."""

from typing import Any

from sqlalchemy import ColumnElement, false, true

from shared.acting import NotYourAgency
from shared.auth import Caller
from shared.policy import Scope


def visible_to(caller: Caller, agency_id: Any) -> ColumnElement[bool]:
    """The clause that leaves the rows that the caller may see; nothing where nothing is granted."""
    if caller.reach.view(Scope.ALL):
        return true()
    if caller.reach.view(Scope.OWN):
        clause: ColumnElement[bool] = agency_id == caller.principal.agency_id
        return clause
    return false()


def must_reach(caller: Caller, agency_id: str) -> None:
    """NotYourAgency where a new record would be of an agency that the caller does not administer."""
    own = caller.reach.view(Scope.OWN) and agency_id == caller.principal.agency_id
    if not (caller.reach.view(Scope.ALL) or own):
        raise NotYourAgency(f"You may do this for your own agency, and {agency_id} is not.")
