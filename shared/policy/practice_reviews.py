"""Who may do what to practice reviews, their learning and what they recommend: data only.

A practice review is about children who are known by letters alone, so nobody sees more of it than pseudonyms; what it teaches
is anonymised.
"""

from shared.policy.model import Action, Grant, Scope, View
from shared.policy.roles import Role

READ_SCOPE, WRITE_SCOPE = "reviews.read", "reviews.write"


def _read(name: str, about: str, *, case_level: bool = False) -> Action:
    return Action(f"reviews.{name}", READ_SCOPE, about, case_level=case_level, system=not case_level)


def _write(name: str, about: str, *, case_level: bool = False) -> Action:
    return Action(f"reviews.{name}", WRITE_SCOPE, about, case_level=case_level)


LIST_REVIEWS = _read("practice_review.list", "List practice reviews.", case_level=True)
READ_REVIEW = _read("practice_review.read", "Read one practice review and its report.", case_level=True)
COMMISSION = _write("practice_review.commission", "Commission a practice review.", case_level=True)
WITHDRAW_REVIEW = _write(
    "practice_review.withdraw", "Withdraw a review that was commissioned by mistake.", case_level=True
)
INVOLVE = _write("practice_review.involve", "Have another agency take part in a review.", case_level=True)
EXCUSE = _write("practice_review.excuse", "Have an agency take part in a review no more.", case_level=True)
BEGIN = _write("practice_review.begin", "Begin a practice review.", case_level=True)
WRITE_REPORT = _write("practice_review.write", "Write in a review's report.", case_level=True)
CIRCULATE = _write("practice_review.circulate", "Send a report to the agencies for its facts.", case_level=True)
ANSWER_FACTS = _write("practice_review.answer", "Say whether the facts in a report are right.", case_level=True)
REVISE = _write("practice_review.revise", "Give a report back to its authors.", case_level=True)
SUBMIT = _write("practice_review.submit", "Put a report before the three partners.", case_level=True)
SEND = _write("practice_review.send", "Record that a report went to the Panel.", case_level=True)
PUBLISH = _write("practice_review.publish", "Publish a report.", case_level=True)
TAKE_DOWN = _write("practice_review.take_down", "Take down a report that is published.", case_level=True)
READ_CONDUCT = _read("conduct.read", "See how a practice review is held.", case_level=True)
APPOINT = _write("reviewer.appoint", "Appoint a reviewer.", case_level=True)
END_APPOINTMENT = _write("reviewer.end", "End a reviewer's appointment.", case_level=True)
SET_TERMS = _write("terms.set", "Set a review's terms of reference.", case_level=True)
PLAN_MILESTONE = _write("milestone.plan", "Plan a milestone.", case_level=True)
MOVE_MILESTONE = _write("milestone.move", "Move a milestone.", case_level=True)
FINISH_MILESTONE = _write("milestone.finish", "Finish a milestone.", case_level=True)
RECORD_ENGAGEMENT = _write("engagement.record", "Record who was heard.", case_level=True)
LIST_HOLDS = _read("hold.list", "List the holds of all practice reviews.", case_level=True)
READ_HOLD = _read("hold.read", "See the holds of a practice review.", case_level=True)
STATE_HOLD = _write("hold.state", "Hold a publication for proceedings.", case_level=True)
REVIEW_HOLD = _write("hold.review", "Say that a hold lasts.", case_level=True)
TELL_HOLD = _write("hold.tell", "Record that the Panel was told of a hold.", case_level=True)
LIFT_HOLD = _write("hold.lift", "Lift a hold.", case_level=True)
READ_CHECK = _read("publication_check.read", "See what in a report could identify a child.", case_level=True)
ASK_CHECK = _write("publication_check.ask", "Ask for the publication check.", case_level=True)
CONFIRM_CHECK = _write("publication_check.confirm", "Confirm that a report may be published.", case_level=True)
SEND_BACK_CHECK = _write("publication_check.send_back", "Send a report back to its authors.", case_level=True)
DRAW_POINT = _write("learning_point.draw", "Draw learning from a review.")
LIST_POINTS = _read("learning_point.list", "List reviews' learning points.")
READ_POINT = _read("learning_point.read", "Read one learning point of a review.")
WITHDRAW_POINT = _write("learning_point.withdraw", "Take a review's learning point back.")
MAKE_RECOMMENDATION = _write("recommendation.make", "Make a recommendation.")
LIST_RECOMMENDATIONS = _read("recommendation.list", "List recommendations.")
READ_RECOMMENDATION = _read("recommendation.read", "Read one recommendation and what became of it.")
CHANGE_RECOMMENDATION = _write("recommendation.change", "Change a recommendation before it is answered.")
ACCEPT_RECOMMENDATION = _write("recommendation.accept", "Accept a recommendation.")
DECLINE_RECOMMENDATION = _write("recommendation.decline", "Not accept a recommendation, and say why.")
WITHDRAW_RECOMMENDATION = _write("recommendation.withdraw", "Take a recommendation back.")

LIST_BRIEFINGS = _read("briefing.list", "List briefings and how far each has come.")
READ_BRIEFING = _read("briefing.read", "Read one briefing.")
START_BRIEFING = _write("briefing.start", "Begin a seven-minute briefing.")
WRITE_BRIEFING = _write("briefing.write", "Write a part of a briefing.")
SEND_BRIEFING = _write("briefing.send", "Send a briefing to agencies.")
ACKNOWLEDGE_BRIEFING = _write("briefing.acknowledge", "Say that a briefing was passed on.")
LIST_PUBLISHED = _read("published_review.list", "See the published reviews.")
READ_PUBLISHED = _read("published_review.read", "Read a published review and what it recommends.")

LIST_NATIONAL = _read("national_review.list", "List reviews published elsewhere and what agencies say of each.")
READ_NATIONAL = _read("national_review.read", "Read one review published elsewhere, and the answers.")
RECORD_NATIONAL = _write("national_review.record", "Record a review published elsewhere.")
ASK_NATIONAL = _write("national_review.ask", "Ask agencies whether it is true for them.")
ANSWER_NATIONAL = _write("national_review.answer", "Say whether it is true for an agency.")
CONCLUDE_NATIONAL = _write("national_review.conclude", "Say whether it is true here.")

NATIONAL_READS = (LIST_NATIONAL, READ_NATIONAL)
RUN_NATIONAL = (RECORD_NATIONAL, ASK_NATIONAL, ANSWER_NATIONAL, CONCLUDE_NATIONAL)
REVIEW_READS = (LIST_REVIEWS, READ_REVIEW, READ_CONDUCT, LIST_HOLDS, READ_HOLD)
APPOINTMENTS = (APPOINT, END_APPOINTMENT, SET_TERMS)
KEEP_CONDUCT = (PLAN_MILESTONE, MOVE_MILESTONE, FINISH_MILESTONE, RECORD_ENGAGEMENT)
CHECKS = (READ_CHECK, CONFIRM_CHECK, SEND_BACK_CHECK)
HOLDS = (STATE_HOLD, REVIEW_HOLD, TELL_HOLD, LIFT_HOLD)
AUTHORS = (
    WRITE_REPORT,
    DRAW_POINT,
    WITHDRAW_POINT,
    MAKE_RECOMMENDATION,
    CHANGE_RECOMMENDATION,
    WITHDRAW_RECOMMENDATION,
)
RUN_REVIEWS = (
    COMMISSION,
    WITHDRAW_REVIEW,
    INVOLVE,
    EXCUSE,
    BEGIN,
    CIRCULATE,
    ANSWER_FACTS,
    REVISE,
    SUBMIT,
    SEND,
    ASK_CHECK,
    PUBLISH,
    TAKE_DOWN,
)
BRIEFING_READS = (LIST_BRIEFINGS, READ_BRIEFING)
RUN_BRIEFINGS = (START_BRIEFING, WRITE_BRIEFING, SEND_BRIEFING, ACKNOWLEDGE_BRIEFING)
PUBLISHED = (LIST_PUBLISHED, READ_PUBLISHED)
LEARNING_READS = (LIST_POINTS, READ_POINT, LIST_RECOMMENDATIONS, READ_RECOMMENDATION)
ANSWERS = (ACCEPT_RECOMMENDATION, DECLINE_RECOMMENDATION)
ACTIONS = (
    *REVIEW_READS,
    *AUTHORS,
    *RUN_REVIEWS,
    *APPOINTMENTS,
    *KEEP_CONDUCT,
    *HOLDS,
    *CHECKS,
    *BRIEFING_READS,
    *RUN_BRIEFINGS,
    *PUBLISHED,
    *LEARNING_READS,
    *ANSWERS,
    *NATIONAL_READS,
    *RUN_NATIONAL,
)

# Practice reviews: the business unit runs them, the reviewer writes while hers runs, agencies answer for themselves.
GRANTS = (
    *(Grant(role, PUBLISHED, Scope.ALL, View.ANONYMISED) for role in Role),
    Grant(
        Role.BUSINESS_UNIT,
        (*REVIEW_READS, *AUTHORS, *RUN_REVIEWS, *APPOINTMENTS, *KEEP_CONDUCT, *HOLDS, *CHECKS),
        Scope.ALL,
        View.PSEUDONYMISED,
    ),
    Grant(Role.REVIEWER, (*REVIEW_READS, *AUTHORS, *KEEP_CONDUCT, READ_CHECK), Scope.ASSIGNED, View.PSEUDONYMISED),
    Grant(Role.AGENCY_LEAD, (*REVIEW_READS, ANSWER_FACTS, *HOLDS), Scope.OWN, View.PSEUDONYMISED),
    *(
        Grant(role, REVIEW_READS, Scope.ALL, View.PSEUDONYMISED)
        for role in (
            Role.DELEGATED_PARTNER,
            Role.LEAD_PARTNER,
            Role.LI_MEMBER,
            Role.SCRUTINEER,
            Role.INSPECTOR,
        )
    ),
    Grant(Role.DELEGATED_PARTNER, (*HOLDS, *CHECKS), Scope.ALL, View.PSEUDONYMISED),
    Grant(Role.LI_MEMBER, CHECKS, Scope.ALL, View.PSEUDONYMISED),
    Grant(Role.BUSINESS_UNIT, (*LEARNING_READS, *ANSWERS, *BRIEFING_READS, *RUN_BRIEFINGS), Scope.ALL, View.ANONYMISED),
    Grant(Role.DELEGATED_PARTNER, (*LEARNING_READS, *ANSWERS, *BRIEFING_READS), Scope.ALL, View.ANONYMISED),
    Grant(Role.REVIEWER, LEARNING_READS, Scope.ASSIGNED, View.ANONYMISED),
    Grant(Role.AGENCY_LEAD, (*LEARNING_READS, *ANSWERS), Scope.OWN, View.ANONYMISED),
    Grant(Role.AGENCY_LEAD, (*BRIEFING_READS, ACKNOWLEDGE_BRIEFING), Scope.OWN, View.ANONYMISED),
    Grant(Role.PRACTITIONER, BRIEFING_READS, Scope.OWN, View.ANONYMISED),
    # What was published elsewhere: the business unit and L&I ask and conclude, each agency answers for itself.
    *(
        Grant(role, (*NATIONAL_READS, *RUN_NATIONAL, DRAW_POINT), Scope.ALL, View.ANONYMISED)
        for role in (Role.BUSINESS_UNIT, Role.LI_MEMBER)
    ),
    Grant(Role.AGENCY_LEAD, (*NATIONAL_READS, ANSWER_NATIONAL), Scope.OWN, View.ANONYMISED),
    *(
        Grant(role, NATIONAL_READS, Scope.ALL, View.ANONYMISED)
        for role in (
            Role.DELEGATED_PARTNER,
            Role.LEAD_PARTNER,
            Role.EXECUTIVE_MEMBER,
            Role.QA_MEMBER,
            Role.SCRUTINEER,
            Role.INSPECTOR,
        )
    ),
    *(
        Grant(role, (*LEARNING_READS, *BRIEFING_READS), Scope.ALL, View.ANONYMISED)
        for role in (
            Role.LEAD_PARTNER,
            Role.EXECUTIVE_MEMBER,
            Role.LI_MEMBER,
            Role.QA_MEMBER,
            Role.TRAINING_MANAGER,
            Role.SCRUTINEER,
            Role.INSPECTOR,
        )
    ),
)
