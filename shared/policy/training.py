"""Who may do what to training: data only."""

from shared.policy import access_record
from shared.policy.model import Action, Grant

READ_SCOPE, WRITE_SCOPE = "training.read", "training.write"

ACTIONS: tuple[Action, ...] = (*access_record.actions("training"),)

GRANTS: tuple[Grant, ...] = (*access_record.grants("training"),)
