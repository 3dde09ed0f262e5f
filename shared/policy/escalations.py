"""Who may do what to escalations: data only."""

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
RESPOND = _write("escalation.respond", "Answer the challenge at its present stage.")
MEET = _write("escalation.meet", "Record the meeting of both sides.")
ADVANCE = _write("escalation.advance", "Take the challenge to the next stage.")
SKIP = _write("escalation.skip", "Skip stages because a child is at immediate risk.")
PASS_ON = _write("escalation.pass_on", "Pass the challenge to the agency that it concerns.")
WITHDRAW = _write("escalation.withdraw", "Withdraw the challenge.")
REDIRECT = _write("escalation.redirect", "Redirect what is a complaint, whistleblowing or an allegation.")
RESOLVE = _write("escalation.resolve", "Record the outcome that resolves the challenge.")
REJECT = _write("escalation.reject", "Reject a resolution.")
TELL = _write("escalation.tell", "Record that the raiser has been told the outcome.")
CLOSE = _write("escalation.close", "Close the escalation.")
RELEASE = _write("escalation.release", "Release a text that seemed to identify somebody from its quarantine.")
VOTE = _write("escalation.vote", "Cast a statutory partner's vote at the last stage.")
REVEAL = _write("child.reveal", "Open a child's sealed identifier, with a reason.")

OWN_READS = (LIST_LADDERS, LIST, READ)
PARTY = (*OWN_READS, RAISE, ACKNOWLEDGE, RESPOND, MEET, ADVANCE, SKIP, PASS_ON, WITHDRAW, RESOLVE, REJECT, TELL, CLOSE)
TRACK = (LIST_LADDERS, LIST, READ)

LEAD = (RELEASE, REVEAL)
ACTIONS = (*PARTY, *LEAD, REDIRECT, VOTE)

GRANTS = (
    Grant(Role.PRACTITIONER, PARTY, Scope.OWN, View.IDENTIFIED),
    Grant(Role.AGENCY_LEAD, (*PARTY, *LEAD), Scope.OWN, View.IDENTIFIED),
    Grant(Role.DELEGATED_PARTNER, (*TRACK, VOTE), Scope.BODY, View.PSEUDONYMISED),
    Grant(Role.LEAD_PARTNER, (*TRACK, VOTE), Scope.BODY, View.PSEUDONYMISED),
    Grant(Role.OPERATIONAL_MEMBER, TRACK, Scope.ALL, View.PSEUDONYMISED),
    Grant(Role.BUSINESS_UNIT, (*TRACK, REDIRECT), Scope.ALL, View.PSEUDONYMISED),
    Grant(Role.LI_MEMBER, TRACK, Scope.ALL, View.PSEUDONYMISED),
    Grant(Role.SCRUTINEER, TRACK, Scope.ALL, View.PSEUDONYMISED),
    Grant(Role.INSPECTOR, TRACK, Scope.ALL, View.PSEUDONYMISED),
)
