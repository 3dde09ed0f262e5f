"""Who may do what to how bodies are kept: terms of reference, work plans, briefs of task-and-finish groups; data only."""

from shared.policy.model import Action, Grant, Scope, View
from shared.policy.roles import Role

READ_SCOPE, WRITE_SCOPE = "governance.read", "governance.write"


def _read(name: str, about: str) -> Action:
    return Action(f"governance.{name}", READ_SCOPE, about, system=True)


def _write(name: str, about: str) -> Action:
    return Action(f"governance.{name}", WRITE_SCOPE, about)


LIST_TERMS = _read("terms_of_reference.list", "See the terms of reference of bodies.")
ADOPT_TERMS = _write("terms_of_reference.adopt", "Record that a body has adopted, or kept, its terms of reference.")
LIST_WORK = _read("work_item.list", "See what bodies mean to do in which quarter.")
PLAN_WORK = _write("work_item.plan", "Plan what a body is to do.")
MOVE_WORK = _write("work_item.move", "Begin, defer, finish or drop an item of a body's work.")
LIST_BRIEFS = _read("brief.list", "See what task-and-finish groups are to do.")
GIVE_BRIEF = _write("brief.give", "Give a task-and-finish group its brief.")
EXTEND_BRIEF = _write("brief.extend", "Give a task-and-finish group longer.")
CLOSE_BRIEF = _write("brief.close", "Close a task-and-finish group with its report.")

READ = (LIST_TERMS, LIST_WORK, LIST_BRIEFS)
CHAIR = (ADOPT_TERMS, PLAN_WORK, MOVE_WORK, GIVE_BRIEF, EXTEND_BRIEF, CLOSE_BRIEF)
ACTIONS = (*READ, *CHAIR)

GRANTS = (
    *(Grant(role, READ, Scope.ALL, View.ANONYMISED) for role in Role),
    Grant(Role.BUSINESS_UNIT, CHAIR, Scope.ALL, View.ANONYMISED),
    *(Grant(role, CHAIR, Scope.BODY, View.ANONYMISED) for role in (Role.BODY_CHAIR, Role.DEPUTY)),
)
