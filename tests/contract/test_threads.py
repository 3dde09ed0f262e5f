"""The chart of threads knows every noun that tells of itself, and nothing that there is not."""

import json
import re
from pathlib import Path

from services.composition import SERVICES
from services.governance.consumers import THREADED
from services.governance.threads.domain import First
from services.governance.threads.queries import chart, file
from shared.events import Event
from shared.policy import ACTIONS

ROOT = Path(__file__).parents[2]
EVENTS: list[type[Event]] = [event for service in SERVICES.values() for event in service.publishes]
TOLD = {event.noun() for event in EVENTS if not event.noun().endswith(".access_record")}


def test_every_noun_is_on_threads_or_aside() -> None:
    """A noun that is new has its row in services/governance/data/threads.yaml."""
    assert chart().kinds.keys() | set(file().aside) == TOLD
    assert not chart().kinds.keys() & set(file().aside)


def test_threads_hear_of_all_that_is_on_them() -> None:
    """A contract that is new stands among those of services/governance/consumers.py."""
    assert set(THREADED) == {event for event in EVENTS if event.noun() in chart().kinds}
    assert chart().events.keys() | set(file().undone) <= {event.type for event in THREADED}


def test_each_is_read_somewhere_by_an_action() -> None:
    for kind in chart().kinds.values():
        assert kind.read in ACTIONS, kind
        service = kind.path.split("/")[1]
        paths = json.loads((ROOT / "docs/contracts/openapi" / f"{service}.json").read_text())["paths"]
        served = {re.sub(r"{[a-z_]+}", "{id}", path): one for path, one in paths.items()}
        assert served[kind.path]["get"]["x-action"] == kind.read, kind


def test_a_way_can_begin_where_records_stand() -> None:
    """And nowhere else: of a later station nothing would ever be found, as if nobody had come there."""
    assert {str(kind.station) for kind in chart().kinds.values() if kind.station} == set(First)
