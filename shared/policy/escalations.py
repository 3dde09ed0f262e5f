"""Who may do what to escalations: data only."""

from shared.policy import access_record, keeping
from shared.policy.model import Action, Grant, Scope, View
from shared.policy.roles import Role

READ_SCOPE, WRITE_SCOPE, REPORTS_SCOPE = "escalations.read", "escalations.write", "reports.read"


def _read(name: str, about: str, *, system: bool = True, case_level: bool = True) -> Action:
    return Action(f"escalations.{name}", READ_SCOPE, about, case_level=case_level, system=system)


def _write(name: str, about: str, *, system: bool = False, case_level: bool = True) -> Action:
    return Action(f"escalations.{name}", WRITE_SCOPE, about, case_level=case_level, system=system)


LIST_LADDERS = _read("ladder.list", "See the ladders and their clocks.", case_level=False)
LIST = _read("escalation.list", "List and count escalations.")
READ = _read("escalation.read", "Read one escalation.")
RAISE = _write("escalation.raise", "Raise an escalation.", system=True)
ACKNOWLEDGE = _write("escalation.acknowledge", "Acknowledge that the challenge has arrived.", system=True)
PROMISE = _write("escalation.promise", "Promise an answer earlier than it is due.")
RESPOND = _write("escalation.respond", "Answer the challenge at its present stage.")
MEET = _write("escalation.meet", "Record the meeting of both sides.")
ADVANCE = _write("escalation.advance", "Take the challenge to the next stage.")
SKIP = _write("escalation.skip", "Skip stages because a child is at immediate risk.")
PASS_ON = _write("escalation.pass_on", "Pass the challenge to the agency that it concerns.")
WITHDRAW = _write("escalation.withdraw", "Withdraw the challenge.")
REDIRECT = _write("escalation.redirect", "Redirect what is a complaint, whistleblowing or an allegation.")
CHASE = _write("escalation.chase", "Ask whoever has the next step for it.")
RESOLVE = _write("escalation.resolve", "Record the outcome that resolves the challenge.")
REJECT = _write("escalation.reject", "Reject a resolution.")
TELL = _write("escalation.tell", "Record that the raiser has been told the outcome.")
CLOSE = _write("escalation.close", "Close the escalation.")
RELEASE = _write("escalation.release", "Release a text that seemed to identify somebody from its quarantine.")
VOTE = _write("escalation.vote", "Cast a statutory partner's vote at the last stage.")
DRAW_LEARNING = _write("learning.draw", "Draw learning from an escalation.")
LIST_LEARNING = _read("learning.list", "List learning points.", case_level=False)
READ_LEARNING = _read("learning.read", "Read one learning point.", case_level=False)
ROUTE_LEARNING = _write("learning.route", "Send a learning point elsewhere.", case_level=False)
TAKE_LEARNING = _write("learning.take", "Take a learning point up.", case_level=False)
CLOSE_LEARNING = _write("learning.close", "Close a learning point with what it changed.", case_level=False)
RECORD_NOTE = _write("note.record", "Record a note.", system=True, case_level=False)
LIST_NOTES = _read("note.list", "List notes.", case_level=False)
READ_NOTE = _read("note.read", "Read one note.", case_level=False)
RETRACT_NOTE = _write("note.retract", "Take a note back.", case_level=False)
SEARCH = _read("child.search", "Search the own agency's escalations by a child's numbers.")
TRACK = _read("tracker.read", "See what is running, on whom it waits and where it stalls.")
EXPORT = _read("export.read", "Take out all that is one's own agency's.")
READ_CHILD = _read("child.read", "See the escalations about one child.")
REVEAL = _write("child.reveal", "Open a child's sealed identifiers, with a reason.")
LIST_MATCHES = _read("match.list", "See which children are perhaps one.")
DECIDE_MATCH = _write("match.decide", "Say whether two children are one.")

USE_BREAK_GLASS = _write("break_glass.use", "Open what is known of a child at immediate risk, with a reason.")
LIST_BREAK_GLASS = _read("break_glass.list", "See who opened what in an emergency.", system=False)
REVIEW_BREAK_GLASS = _write("break_glass.review", "Say whether an opening in an emergency was justified.")

READ_REPORT = Action(
    "escalations.report.read",
    REPORTS_SCOPE,
    "Read the quarterly report: exact counts, or the wider edition.",
    system=True,
)
READ_REPORT_ROWS = Action(
    "escalations.report.rows", REPORTS_SCOPE, "See the matters behind a figure of the report.", case_level=True
)
FREEZE_REPORT = Action("escalations.report.freeze", WRITE_SCOPE, "Freeze a quarter.")
ASK_DECISION = Action(
    "escalations.report.decide", WRITE_SCOPE, "Record the decisions that a report asks for, and what became."
)
SUPPLY_DENOMINATOR = Action(
    "escalations.report.supply", WRITE_SCOPE, "Supply what the rates of a quarter are over.", system=True
)

OWN_READS = (LIST_LADDERS, LIST, READ, SEARCH, READ_CHILD, TRACK)
PARTY = (
    *OWN_READS,
    RAISE,
    ACKNOWLEDGE,
    PROMISE,
    RESPOND,
    MEET,
    ADVANCE,
    SKIP,
    PASS_ON,
    WITHDRAW,
    RESOLVE,
    REJECT,
    TELL,
    CLOSE,
)
OVERSEE = (LIST_LADDERS, LIST, READ, READ_CHILD)

LEAD = (RELEASE, REVEAL, LIST_MATCHES, DECIDE_MATCH, EXPORT)
LEARN = (LIST_LEARNING, READ_LEARNING)
USE = (TAKE_LEARNING, CLOSE_LEARNING)
NOTES = (LIST_NOTES, READ_NOTE)
ACTIONS = (
    *PARTY,
    *LEAD,
    REDIRECT,
    CHASE,
    VOTE,
    DRAW_LEARNING,
    *LEARN,
    ROUTE_LEARNING,
    *USE,
    RECORD_NOTE,
    *NOTES,
    RETRACT_NOTE,
    READ_REPORT,
    READ_REPORT_ROWS,
    FREEZE_REPORT,
    ASK_DECISION,
    SUPPLY_DENOMINATOR,
    USE_BREAK_GLASS,
    LIST_BREAK_GLASS,
    REVIEW_BREAK_GLASS,
    *access_record.actions("escalations"),
    *keeping.actions("escalations"),
)

GRANTS = (
    Grant(Role.PRACTITIONER, PARTY, Scope.OWN, View.IDENTIFIED),
    Grant(Role.AGENCY_LEAD, (*PARTY, *LEAD), Scope.OWN, View.IDENTIFIED),
    Grant(Role.DELEGATED_PARTNER, (*OVERSEE, VOTE), Scope.BODY, View.PSEUDONYMISED),
    Grant(Role.LEAD_PARTNER, (*OVERSEE, VOTE), Scope.BODY, View.PSEUDONYMISED),
    Grant(Role.MEDIATOR, (LIST_LADDERS, LIST, READ), Scope.ASSIGNED, View.PSEUDONYMISED),  # while the three decide
    Grant(Role.OPERATIONAL_MEMBER, (*OVERSEE, TRACK, CHASE), Scope.ALL, View.PSEUDONYMISED),
    Grant(Role.BUSINESS_UNIT, (*OVERSEE, TRACK, CHASE, REDIRECT, LIST_MATCHES), Scope.ALL, View.PSEUDONYMISED),
    Grant(Role.LI_MEMBER, OVERSEE, Scope.ALL, View.PSEUDONYMISED),
    Grant(Role.SCRUTINEER, OVERSEE, Scope.ALL, View.PSEUDONYMISED),
    Grant(Role.INSPECTOR, OVERSEE, Scope.ALL, View.PSEUDONYMISED),
    *(
        Grant(role, (READ_REPORT,), Scope.ALL, View.PSEUDONYMISED)  # exact counts, for those who work with them
        for role in (
            Role.LI_MEMBER,
            Role.EXECUTIVE_MEMBER,
            Role.DELEGATED_PARTNER,
            Role.LEAD_PARTNER,
            Role.OPERATIONAL_MEMBER,
            Role.BUSINESS_UNIT,
            Role.SCRUTINEER,
            Role.INSPECTOR,
        )
    ),
    *(
        Grant(role, (READ_REPORT,), Scope.ALL, View.ANONYMISED)  # the wider edition
        for role in (
            Role.PRACTITIONER,
            Role.AGENCY_LEAD,
            Role.BODY_CHAIR,
            Role.DEPUTY,
            Role.QA_MEMBER,
            Role.TRAINING_MANAGER,
            Role.DATA_PROVIDER,
            Role.LAY_MEMBER,
            Role.YOUNG_ADVISER,
            Role.OBSERVER,
        )
    ),
    *(
        Grant(role, (READ_REPORT_ROWS,), Scope.ALL, View.PSEUDONYMISED)
        for role in (Role.OPERATIONAL_MEMBER, Role.BUSINESS_UNIT, Role.LI_MEMBER, Role.SCRUTINEER, Role.INSPECTOR)
    ),
    Grant(Role.BUSINESS_UNIT, (FREEZE_REPORT, ASK_DECISION, SUPPLY_DENOMINATOR), Scope.ALL, View.PSEUDONYMISED),
    Grant(Role.DATA_PROVIDER, (SUPPLY_DENOMINATOR,), Scope.OWN, View.ANONYMISED),
    # Learning is anonymised: who draws it sees the case, who uses it does not.
    Grant(Role.PRACTITIONER, (DRAW_LEARNING,), Scope.OWN, View.IDENTIFIED),
    Grant(Role.AGENCY_LEAD, (DRAW_LEARNING,), Scope.OWN, View.IDENTIFIED),
    Grant(Role.OPERATIONAL_MEMBER, (DRAW_LEARNING,), Scope.ALL, View.PSEUDONYMISED),
    Grant(Role.BUSINESS_UNIT, (DRAW_LEARNING,), Scope.ALL, View.PSEUDONYMISED),
    Grant(Role.LI_MEMBER, (DRAW_LEARNING,), Scope.ALL, View.PSEUDONYMISED),
    Grant(Role.PRACTITIONER, LEARN, Scope.OWN, View.ANONYMISED),
    Grant(Role.AGENCY_LEAD, (*LEARN, *USE), Scope.OWN, View.ANONYMISED),
    Grant(Role.OPERATIONAL_MEMBER, (*LEARN, ROUTE_LEARNING), Scope.ALL, View.ANONYMISED),
    Grant(Role.BUSINESS_UNIT, (*LEARN, ROUTE_LEARNING, *USE), Scope.ALL, View.ANONYMISED),
    Grant(Role.LI_MEMBER, (*LEARN, ROUTE_LEARNING, *USE), Scope.ALL, View.ANONYMISED),
    Grant(Role.QA_MEMBER, (*LEARN, *USE), Scope.ALL, View.ANONYMISED),
    Grant(Role.EXECUTIVE_MEMBER, (*LEARN, *USE), Scope.ALL, View.ANONYMISED),
    Grant(Role.DELEGATED_PARTNER, (*LEARN, *USE), Scope.ALL, View.ANONYMISED),
    Grant(Role.LEAD_PARTNER, LEARN, Scope.ALL, View.ANONYMISED),
    Grant(Role.TRAINING_MANAGER, (*LEARN, *USE), Scope.ALL, View.ANONYMISED),
    Grant(Role.SCRUTINEER, LEARN, Scope.ALL, View.ANONYMISED),
    Grant(Role.INSPECTOR, LEARN, Scope.ALL, View.ANONYMISED),
    # Notes are about no child; whoever takes part in the work writes them for the own agency.
    Grant(Role.PRACTITIONER, (RECORD_NOTE, *NOTES, RETRACT_NOTE), Scope.OWN, View.ANONYMISED),
    Grant(Role.AGENCY_LEAD, (RECORD_NOTE, *NOTES, RETRACT_NOTE), Scope.OWN, View.ANONYMISED),
    Grant(Role.BUSINESS_UNIT, (RECORD_NOTE, *NOTES, RETRACT_NOTE), Scope.ALL, View.ANONYMISED),
    Grant(Role.OPERATIONAL_MEMBER, (RECORD_NOTE, *NOTES), Scope.ALL, View.ANONYMISED),
    Grant(Role.LI_MEMBER, (RECORD_NOTE, *NOTES), Scope.ALL, View.ANONYMISED),
    *(
        Grant(role, NOTES, Scope.ALL, View.ANONYMISED)
        for role in (
            Role.QA_MEMBER,
            Role.EXECUTIVE_MEMBER,
            Role.DELEGATED_PARTNER,
            Role.LEAD_PARTNER,
            Role.TRAINING_MANAGER,
            Role.SCRUTINEER,
            Role.INSPECTOR,
        )
    ),
    # Any practitioner, wherever a child is at immediate risk; told at once, and reviewed by who keeps no cases.
    Grant(Role.PRACTITIONER, (USE_BREAK_GLASS,), Scope.ALL, View.IDENTIFIED),
    Grant(Role.AGENCY_LEAD, (USE_BREAK_GLASS,), Scope.ALL, View.IDENTIFIED),
    Grant(Role.AGENCY_LEAD, (LIST_BREAK_GLASS,), Scope.OWN, View.IDENTIFIED),
    Grant(Role.BUSINESS_UNIT, (LIST_BREAK_GLASS, REVIEW_BREAK_GLASS), Scope.ALL, View.PSEUDONYMISED),
    Grant(Role.SCRUTINEER, (LIST_BREAK_GLASS,), Scope.ALL, View.PSEUDONYMISED),
    Grant(Role.INSPECTOR, (LIST_BREAK_GLASS,), Scope.ALL, View.PSEUDONYMISED),
    *access_record.grants("escalations"),
    *keeping.grants("escalations"),
)
