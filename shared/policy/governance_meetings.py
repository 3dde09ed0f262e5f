"""Who may do what at the meetings of bodies: data only.

Whoever sits on a body, or on one to which it reports, may read what it does there; its chair, the chair's deputy and the
business unit run it. Minutes are signed by the chair.
"""

from shared.policy.model import Action, Grant, Scope, View
from shared.policy.roles import Role

READ_SCOPE, WRITE_SCOPE = "governance.read", "governance.write"


def _read(name: str, about: str) -> Action:
    return Action(f"governance.{name}", READ_SCOPE, about, system=True)


def _write(name: str, about: str) -> Action:
    return Action(f"governance.{name}", WRITE_SCOPE, about)


LIST_MEETINGS = _read("meeting.list", "See when bodies meet and have met.")
READ_MEETING = _read("meeting.read", "Read one meeting: its agenda, attendance, outcomes and minutes.")
LIST_CHAIR_REPORTS = _read("chair_report.list", "See what chairs have reported upward, and what they owe.")
READ_ATTENDANCE = _read("attendance.read", "See agencies' attendance over time, against what is expected.")
LIST_EXPECTATIONS = _read("expectation.list", "See at which bodies' meetings which agency is expected.")
LIST_EXPLANATIONS = _read(
    "explanation.list", "See which agencies were asked about their attendance, and their answers."
)

CONVENE_MEETING = _write("meeting.convene", "Convene a meeting and invite the body's members.")
RESCHEDULE_MEETING = _write("meeting.reschedule", "Move a meeting to another time or place.")
CANCEL_MEETING = _write("meeting.cancel", "Cancel a meeting.")
ADD_AGENDA_ITEM = _write("agenda_item.add", "Put business on a meeting's agenda.")
PLACE_AGENDA_ITEM = _write("agenda_item.place", "Move business up or down a meeting's agenda.")
REMOVE_AGENDA_ITEM = _write("agenda_item.remove", "Take business off a meeting's agenda.")
SUPPLY_PAPER = _write("paper.supply", "Put a paper before a meeting.")
HOLD_MEETING = _write("meeting.hold", "Open a meeting.")
ATTEND_MEETING = _write("meeting.attend", "Note who attends a meeting.")
RECORD_OUTCOME = _write("meeting.record", "Record what came of a meeting.")
MINUTE_MEETING = _write("meeting.minute", "Word a meeting's minutes.")
REPORT_MEETING = _write("chair_report.send", "Report on a meeting to the bodies above.")
SET_EXPECTATION = _write("expectation.set", "Expect an agency at a body's meetings.")
END_EXPECTATION = _write("expectation.end", "Expect an agency no longer.")
ANSWER_EXPLANATION = _write("explanation.answer", "Explain the own agency's attendance.")
APPROVE_MEETING = _write("meeting.approve", "Sign the minutes that a later meeting has approved.")

TAKE_REPLY = Action(
    "governance.reply.take", WRITE_SCOPE, "Hand in what calendars have answered by e-mail.", system=True
)

# Not for a system: it is a person's own calendar.
READ_FEED = Action("governance.feed.read", READ_SCOPE, "Read the address of one's own calendar.")
MAKE_FEED = _write("feed.make", "Make an address for one's own calendar.")
REVOKE_FEED = _write("feed.revoke", "Revoke the address of one's own calendar.")
FEED = (READ_FEED, MAKE_FEED, REVOKE_FEED)

READ = (LIST_MEETINGS, READ_MEETING, LIST_CHAIR_REPORTS, READ_ATTENDANCE, LIST_EXPLANATIONS)
RUN = (
    CONVENE_MEETING,
    RESCHEDULE_MEETING,
    CANCEL_MEETING,
    ADD_AGENDA_ITEM,
    PLACE_AGENDA_ITEM,
    REMOVE_AGENDA_ITEM,
    SUPPLY_PAPER,
    HOLD_MEETING,
    ATTEND_MEETING,
    RECORD_OUTCOME,
    MINUTE_MEETING,
    REPORT_MEETING,
    SET_EXPECTATION,
    END_EXPECTATION,
)
ACTIONS = (*READ, LIST_EXPECTATIONS, *RUN, APPROVE_MEETING, ANSWER_EXPLANATION, TAKE_REPLY, *FEED)
OUTSIDE = frozenset({Role.LAY_MEMBER, Role.YOUNG_ADVISER, Role.OBSERVER})
EVERYWHERE = frozenset(
    {
        Role.BUSINESS_UNIT,
        Role.DELEGATED_PARTNER,
        Role.EXECUTIVE_MEMBER,
        Role.INSPECTOR,
        Role.LEAD_PARTNER,
        Role.SCRUTINEER,
    }
)

GRANTS = (
    *(Grant(role, READ, Scope.ALL, View.ANONYMISED) for role in Role if role in EVERYWHERE),
    *(
        Grant(role, READ, Scope.BODY, View.ANONYMISED)
        for role in Role
        if role not in EVERYWHERE and role is not Role.PLATFORM_ADMIN
    ),
    *(Grant(role, (LIST_EXPECTATIONS,), Scope.ALL, View.ANONYMISED) for role in Role if role not in OUTSIDE),
    Grant(Role.AGENCY_LEAD, (LIST_EXPLANATIONS, ANSWER_EXPLANATION), Scope.OWN, View.ANONYMISED),
    *(Grant(role, FEED, Scope.ASSIGNED, View.ANONYMISED) for role in Role if role is not Role.PLATFORM_ADMIN),
    # Whoever runs the mail system; what a reply changes, the invitation's own secret says.
    Grant(Role.AGENCY_LEAD, (TAKE_REPLY,), Scope.ALL, View.ANONYMISED),
    Grant(Role.BUSINESS_UNIT, (*RUN, TAKE_REPLY), Scope.ALL, View.ANONYMISED),
    *(Grant(role, (*RUN, APPROVE_MEETING), Scope.BODY, View.ANONYMISED) for role in (Role.BODY_CHAIR, Role.DEPUTY)),
)
