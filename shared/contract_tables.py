"""The pages of what may be done, what is told and what is refused, as tables made from the policy and from the services."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from shared.answers import USUAL
from shared.events import Event
from shared.policy import ACTIONS, GRANTS, HOLDING, Action, Role, may_hold
from shared.problems import Problem
from shared.service import Service

ACTIONS_PAGE = """# Actions

{generated}

What may be done at all, the OAuth scope that a token needs for it, and whose role allows it, on which rows (`own`: the
caller's agency is a party; `body`: a body on which the caller sits; `assigned`: the caller is named on it; `all`) and
with which view of them. The data are in [`shared/policy/`](../shared/policy). *Person*: a system acting alone may
not. *Recorded*: every record shown is written into the access record.

| action | what | scope | besides | roles |
|---|---|---|---|---|
"""
EVENTS_PAGE = """# Events

{generated}

CloudEvents 1.0, one topic for each publishing service (`<service>.events`), key = `subject` = the record's id, so that
one record's events stay in order. On Kafka in binary mode: attributes in headers `ce_*` and `content-type`, the trace
in `traceparent`, what led to it in `ce_causes`, `data` as JSON in the value. At least once: know an event by its `id`.
They are thin: what happened to which record, which agencies it concerns, and what read models need; never who a child
is, and no text about one. A breaking change is a new type (`.v2`) beside the old. The data of each: [contracts/events/](contracts/events).
"""
PROBLEMS_PAGE = """# Problems

{generated}

Every refusal is a problem document: `code` is stable, `detail` says why and what to do, `errors` lists fields. Nothing
was changed and nothing was told to anybody. The OAuth endpoints answer with RFC 6749's `error` instead. The gateway
shows this page under `/docs/problems`, where the `type` of a problem points.

| code | status | title | meaning | cure |
|---|---|---|---|---|
"""
FEW = 6


def actions_page(generated: str) -> str:
    """Every action with its scope, what is asked besides, and the roles that it is granted to."""
    return ACTIONS_PAGE.format(generated=generated) + "".join(map(_action, ACTIONS.values()))


def events_page(services: Sequence[Service], generated: str) -> str:
    """Every event that a service publishes, and who listens to which."""
    parts = [EVENTS_PAGE.format(generated=generated)]
    for service in services:
        rows = (f"| `{event.type}` | {event.summary()} |\n" for event in service.publishes)
        parts.append(f"\n## {service.title}\n\n| type | when |\n|---|---|\n{''.join(rows)}")
    listens = (f"| {service.title} | {_heard(service.consumes)} |\n" for service in services if service.consumes)
    parts.append(f"\n## Who listens\n\n| service | to |\n|---|---|\n{''.join(listens)}")
    return "".join(parts)


def problems_page(generated: str) -> str:
    """Every code that a refusal may have. All services are imported."""
    rows = {(usual.code, status, *usual[1:]) for status, usual in USUAL.items()}
    rows |= {(one.code, one.status, one.title, _first_line(one), one.cure) for one in every_problem()}
    lines = (f"| `{code}` | {' | '.join(map(str, rest))} |\n" for code, *rest in sorted(rows))
    return PROBLEMS_PAGE.format(generated=generated) + "".join(lines)


def every_problem(kind: type[Problem] = Problem) -> Iterator[type[Problem]]:
    """The classes of problems of what is shared and of the services, as far as they are imported."""
    for one in kind.__subclasses__():
        if one.__module__.startswith(("shared.", "services.")):
            yield one
            yield from every_problem(one)


def _action(action: Action) -> str:
    besides = ["person"] * (not action.system) + ["recorded"] * action.case_level
    return f"| `{action.name}` | {action.about} | `{action.scope}` | {', '.join(besides)} | {_granted(action)} |\n"


def _granted(action: Action) -> str:
    reached: dict[str, set[Role]] = {}
    for grant in GRANTS:
        if action in grant.actions and any(may_hold(grant.role, kind) for kind in HOLDING[grant.role].types):
            reached.setdefault(f"{grant.scope}, {grant.view}", set()).add(grant.role)
    return "; ".join(f"{where}: {_said(roles)}" for where, roles in sorted(reached.items()))


def _said(roles: set[Role]) -> str:
    others = set(Role) - roles
    if not others:
        return "every role"
    if len(others) <= FEW:
        return f"every role but {', '.join(sorted(others))}"
    return ", ".join(sorted(roles))


def _heard(consumes: Iterable[type[Event]] | Mapping[type[Event], object]) -> str:
    owners: dict[str, list[str]] = {}
    for event in consumes:
        owners.setdefault(event.service(), []).append(f"`{event.type.partition('.')[2]}`")
    return "; ".join(f"{owner}: {', '.join(types)}" for owner, types in owners.items())


def _first_line(one: type) -> str:
    return (one.__doc__ or "").strip().partition("\n\n")[0].replace("\n", " ")
