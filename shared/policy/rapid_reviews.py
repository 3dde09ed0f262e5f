"""Who may do what to rapid reviews, their panels and the returns: data only.

The role of a panel member gives nothing by itself: it reaches the cases to whose panel the person is named, while they last.
"""

from shared.policy.incidents import OVERSEE, THREE, read_action, write_action
from shared.policy.model import Grant, Scope, View
from shared.policy.roles import Role

LIST_RAPID_REVIEWS = read_action("rapid_review.list", "List rapid reviews.")
READ_RAPID_REVIEW = read_action("rapid_review.read", "Read one rapid review.")
READ_RAPID_REVIEW_HISTORY = read_action("rapid_review.history", "Read what was done to a rapid review.")
OPEN_RAPID_REVIEW = write_action("rapid_review.open", "Open a rapid review.")
CHOOSE_REVIEW_START = write_action("rapid_review.choose_start", "Choose from when a review's time is counted.")
ANSWER_CRITERION = write_action("rapid_review.answer", "Write down what the panel finds about a criterion.")
PROPOSE_OUTCOME = write_action("rapid_review.propose", "Put before the three what the panel recommends.")
SEND_RAPID_REVIEW = write_action("rapid_review.send", "Record that a review went to the national Panel.")
HEAR_PANEL = write_action("rapid_review.hear", "Record the national Panel's answer.")
RECONSIDER = write_action("rapid_review.reconsider", "Have a review weighed again after the Panel's answer.")
CLOSE_RAPID_REVIEW = write_action("rapid_review.close", "Close a rapid review.")
ABANDON_RAPID_REVIEW = write_action("rapid_review.abandon", "Give up a review that nobody asks for any more.")
NAME_MEMBER = write_action("panel_member.name", "Name somebody for a case's panel.")
DECLARE_CONFLICT = write_action("panel_member.declare", "Say whether anything conflicts.")
APPOINT_CHAIR = write_action("panel_member.chair", "Have a member chair a case's panel.")
RELEASE_MEMBER = write_action("panel_member.release", "Let a member of a case's panel go.")
ASK_RETURN = write_action("return.ask", "Ask an agency for its return.")
LIST_RETURNS = read_action("return.list", "List returns.", system=True)
READ_RETURN = read_action("return.read", "Read one return.", system=True)
SUBMIT_RETURN = write_action("return.submit", "Send a return.", system=True)
SEARCH_CHILDREN = read_action("child.search", "Search the cases that one works on by a child's numbers.")
READ_CHILD = read_action("child.read", "See the cases about one child.")
REVEAL_CHILD = write_action("child.reveal", "Open a child's sealed identifiers, with a reason.")
LIST_MATCHES = read_action("match.list", "See which children of incidents are perhaps one.")
DECIDE_MATCH = write_action("match.decide", "Say whether two children of incidents are one.")

READ = (LIST_RAPID_REVIEWS, READ_RAPID_REVIEW, READ_RAPID_REVIEW_HISTORY)
RUN = (
    OPEN_RAPID_REVIEW,
    CHOOSE_REVIEW_START,
    SEND_RAPID_REVIEW,
    HEAR_PANEL,
    RECONSIDER,
    CLOSE_RAPID_REVIEW,
    ABANDON_RAPID_REVIEW,
    NAME_MEMBER,
    APPOINT_CHAIR,
    RELEASE_MEMBER,
    ASK_RETURN,
)
WEIGH = (ANSWER_CRITERION, PROPOSE_OUTCOME, DECLARE_CONFLICT)
RETURNS = (LIST_RETURNS, READ_RETURN, SUBMIT_RETURN)
CHILDREN = (SEARCH_CHILDREN, READ_CHILD, REVEAL_CHILD)
MATCHES = (LIST_MATCHES, DECIDE_MATCH)

ACTIONS = (*READ, *RUN, *WEIGH, *RETURNS, *CHILDREN, *MATCHES)

GRANTS = (
    Grant(Role.PANEL_MEMBER, (*READ, *WEIGH, ASK_RETURN, *RETURNS), Scope.ASSIGNED, View.IDENTIFIED),
    *(Grant(role, READ, Scope.ALL, View.PSEUDONYMISED) for role in (*OVERSEE, *THREE)),
    Grant(Role.BUSINESS_UNIT, RUN, Scope.ALL, View.PSEUDONYMISED),
    # What an agency returns is its own and the panel's: nobody who oversees the review reads it.
    Grant(Role.AGENCY_LEAD, RETURNS, Scope.OWN, View.IDENTIFIED),
    # Who a child is, is for those who work on a case about it; who oversees walks from case to case by the pseudonym.
    Grant(Role.PANEL_MEMBER, CHILDREN, Scope.ASSIGNED, View.IDENTIFIED),
    Grant(Role.AGENCY_LEAD, (*CHILDREN, *MATCHES), Scope.OWN, View.IDENTIFIED),
    *(Grant(role, CHILDREN, Scope.OWN, View.IDENTIFIED) for role in THREE),
    *(Grant(role, (READ_CHILD,), Scope.ALL, View.PSEUDONYMISED) for role in OVERSEE),
    Grant(Role.BUSINESS_UNIT, (LIST_MATCHES,), Scope.ALL, View.PSEUDONYMISED),
)
