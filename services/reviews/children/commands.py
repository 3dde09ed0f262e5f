"""Finds the child whom an identifier belongs to, or adds one; identifiers go in sealed."""

from services.reviews.children.models import Child, ChildIdentifier, Match
from shared.child_records.commands import ChildRecords
from shared.child_records.models import bound_to
from shared.resealing import Sealed

CHILDREN = ChildRecords(Child, ChildIdentifier, Match)
SEALED_COLUMNS = (Sealed(ChildIdentifier.sealed, lambda row: bound_to(row.type, row.pseudonym)),)
