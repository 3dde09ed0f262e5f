"""State machines as diagrams, drawn from the very tables by which the services decide."""

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from types import ModuleType

Transitions = Mapping[tuple[str, str], str]


def machines(package: ModuleType) -> Iterator[tuple[str, Transitions]]:
    """Every noun of a service whose `domain` has a table `TRANSITIONS`, with that table."""
    for noun in pkgutil.iter_modules(package.__path__):
        if not noun.ispkg:
            continue
        folder = importlib.import_module(f"{package.__name__}.{noun.name}")
        if any(room.name == "domain" for room in pkgutil.iter_modules(folder.__path__)):
            domain = importlib.import_module(f"{folder.__name__}.domain")
            if transitions := getattr(domain, "TRANSITIONS", None):
                yield noun.name, transitions


def diagram(transitions: Transitions) -> str:
    """The machine as Mermaid text; it begins in the status that the table names first."""
    first = next(iter(transitions))[0]
    targets = {to for (status, _), to in transitions.items() if to != status}
    arrows: dict[tuple[str, str], list[str]] = {}
    for (status, action), to in transitions.items():
        arrows.setdefault((status, to), []).append(action)
    lines = ["stateDiagram-v2", f"    [*] --> {first}"]
    lines += [f"    {status} --> {to}: {', '.join(actions)}" for (status, to), actions in arrows.items()]
    lines += [f"    {status} --> [*]" for status in sorted(targets - {status for status, _ in transitions})]
    return "\n".join(lines) + "\n"
