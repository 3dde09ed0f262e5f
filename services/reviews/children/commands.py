"""Finds the child whom an identifier belongs to, or adds one; identifiers go in sealed."""

from services.reviews.children.models import Child, ChildIdentifier
from shared.child_records import ChildRecords, bound_to
from shared.resealing import Sealed

CHILDREN = ChildRecords(Child, ChildIdentifier)
SEALED_COLUMNS = (Sealed(ChildIdentifier.sealed, lambda row: bound_to(row.type, row.pseudonym)),)
