"""What may be registered: kinds of client, and what each may be given."""

from shared import policy


def scopes_of_systems() -> frozenset[str]:
    """Every scope under which a system alone may do anything."""
    return frozenset(action.scope for action in policy.ACTIONS.values() if action.system)
