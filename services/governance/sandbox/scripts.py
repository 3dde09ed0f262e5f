"""What happened to the made-up actions: for each, its lead, its dates, and its steps, by days from the sandbox's first."""

from dataclasses import dataclass

from services.governance.sandbox.people import COUNCIL, ICB, POLICE, TRUST


@dataclass(frozen=True, slots=True)
class Script:
    """One action. Days count from the sandbox's beginning, those before it are negative; each step is one verb."""

    key: str
    text: str
    theme: str
    lead: str
    proposed: int
    due: int
    measured: int
    steps: tuple[tuple[int, str], ...] = ()
    learnt: int | None = None  # from which made-up escalation


AGREED = ((-95, "agree"), (-92, "start"))
LONG_AGREED = ((-395, "agree"), (-392, "start"))
PHASE_1 = (*LONG_AGREED, (-340, "update"), (-300, "evidence"), (-295, "claim"), (-270, "sign"))
MODERATED = (*PHASE_1, (-240, "moderate"))
TESTING = (*MODERATED, (-230, "test"))
CLAIMED = (*TESTING, (-30, "figures"), (-29, "voices"), (-28, "claim_impact"))

SCRIPTS = (
    Script(
        "proposed", "Health is asked to every strategy discussion.", "strategy_meetings", TRUST, -6, 80, 260, learnt=100
    ),
    Script(
        "agreed",
        "Referrers hear what became of their referral.",
        "feedback",
        COUNCIL,
        -9,
        60,
        240,
        ((-5, "agree"),),
        98,
    ),
    Script(
        "on_time",
        "Missing-from-home interviews are offered within 72 hours.",
        "missing",
        POLICE,
        -99,
        50,
        240,
        (*AGREED, (-40, "update")),
        86,
    ),
    Script("late", "Supervision asks whether the child is safer.", "supervision", COUNCIL, -99, -34, 170, AGREED, 88),
    Script(
        "moved_twice",
        "Screening tools are used in the emergency department.",
        "screening",
        TRUST,
        -99,
        -40,
        240,
        (*AGREED, (-45, "ask"), (-44, "approve"), (-12, "ask"), (-11, "approve")),
        84,
    ),
    Script(
        "waiting",
        "Return-home information reaches schools the same day.",
        "information_sharing",
        POLICE,
        -99,
        -20,
        170,
        (*AGREED, (-30, "evidence"), (-27, "claim")),
        82,
    ),
    Script(
        "returned",
        "Minutes of strategy discussions go out the same day.",
        "strategy_meetings",
        COUNCIL,
        -99,
        -20,
        170,
        (*AGREED, (-30, "evidence"), (-27, "claim"), (-8, "return")),
        90,
    ),
    Script(
        "signed", "Chronologies are kept from the first concern.", "chronologies", ICB, -399, -290, -60, PHASE_1, 24
    ),
    Script("moderated", "Threshold guidance names exploitation.", "thresholds", COUNCIL, -399, -290, 60, MODERATED, 26),
    Script("testing", "Plans of one family are read side by side.", "planning", COUNCIL, -399, -290, 60, TESTING, 28),
    Script(
        "stale",
        "Every plan has a contingency.",
        "planning",
        COUNCIL,
        -399,
        -290,
        60,
        (*TESTING, (-50, "amend")),
        30,
    ),
    Script("impact", "Children's own words stand in the record.", "voice", COUNCIL, -399, -290, -20, CLAIMED, 34),
    Script(
        "to_close",
        "Fathers are asked and written down.",
        "think_family",
        COUNCIL,
        -399,
        -290,
        -20,
        (*CLAIMED, (-10, "sign_impact")),
        36,
    ),
    Script(
        "closed",
        "Police intelligence is shared every morning.",
        "information_sharing",
        POLICE,
        -399,
        -290,
        -20,
        (*CLAIMED, (-10, "sign_impact"), (-8, "close")),
        38,
    ),
    Script("declined", "A new form for every contact.", "procedure", COUNCIL, -60, 10, 200, ((-50, "decline"),)),
    Script(
        "superseded",
        "One page on strategy discussions.",
        "strategy_meetings",
        COUNCIL,
        -99,
        20,
        200,
        (*AGREED, (-3, "supersede")),
    ),
    Script(
        "reopened",
        "Neglect is graded by one tool.",
        "neglect",
        COUNCIL,
        -399,
        -290,
        60,
        (*MODERATED, (-15, "reopen")),
        40,
    ),
)
