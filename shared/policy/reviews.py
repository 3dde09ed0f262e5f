"""Who may do what to reviews: data only."""

from shared.policy import access_record
from shared.policy.model import Action, Grant

READ_SCOPE, WRITE_SCOPE = "reviews.read", "reviews.write"

ACTIONS: tuple[Action, ...] = (*access_record.actions("reviews"),)

GRANTS: tuple[Grant, ...] = (*access_record.grants("reviews"),)
