"""What the report counts: every figure with its definition, and what must add up. Data only."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Behind(StrEnum):
    """What is behind a count, and where that is read, beneath the report's address."""

    MATTERS = "rows"
    LEARNING = "learning-points"


@dataclass(frozen=True, slots=True)
class Figure:
    """One count. `within` names a figure that contains it; `about_children` hides noughts in the wider edition too."""

    id: str
    title: str
    definition: str
    within: str | None = None
    about_children: bool = False
    behind: Behind | None = Behind.MATTERS


_WAYS = tuple(
    Figure(id_, title, definition, within, behind=Behind.LEARNING)
    for id_, title, definition, within in (
        (
            "ways",
            "Learning points",
            "Learning points of escalations, reviews and audits drawn by the quarter's end, and in it or without measured "
            "change when it began. One that was taken back is none.",
            None,
        ),
        ("ways_action", "Have an action", "Of the learning points, those from which an action follows.", "ways"),
        (
            "ways_training",
            "Have trained staff",
            "Of the learning points, those from which training follows that was held.",
            "ways",
        ),
        ("ways_evidence", "Have evidence", "Of those with an action, points whose action has evidence.", "ways_action"),
        (
            "ways_activity_signed",
            "Activity signed off",
            "Of those with an action, points whose action was signed off as done.",
            "ways_action",
        ),
        (
            "ways_impact_signed",
            "Impact signed off",
            "Of those whose activity was signed off, points whose action was signed off as having improved practice.",
            "ways_activity_signed",
        ),
        (
            "ways_impact",
            "Show measured change",
            "Learning points whose action was closed, or whose challenge was re-checked, with what had changed measured.",
            "ways",
        ),
        ("ways_open", "Not there yet", "Learning points without measured change at the quarter's end.", "ways"),
        (
            "ways_stopped",
            "Stopped",
            "Of those not there yet, points on which nothing had happened for longer than is waited, at the quarter's end.",
            "ways_open",
        ),
    )
)
_FIGURES = (
    Figure("open_at_start", "Open at the start", "Matters raised before the quarter and not left before it."),
    Figure(
        "entered_late",
        "Entered late",
        "Of those open at the start, matters that were entered only after the quarter had begun.",
        within="open_at_start",
    ),
    Figure("opened", "Opened", "Matters of all kinds raised in the quarter; a redirected one was opened too."),
    Figure("closed", "Closed", "Matters closed in the quarter, the raiser told."),
    Figure("withdrawn", "Withdrawn", "Matters withdrawn in the quarter."),
    Figure(
        "redirected",
        "Redirected",
        "Matters redirected in the quarter because they were a complaint, whistleblowing or an allegation.",
    ),
    Figure("left", "Left", "Matters that left the open stock, each once: closed, withdrawn or redirected."),
    Figure("open_at_end", "Open at the end", "Open at the start, plus opened, minus left."),
    Figure(
        "untold",
        "Resolved but untold",
        "Of those open at the end, matters resolved whose raiser had not been told.",
        within="open_at_end",
    ),
    Figure(
        "opened_still_open",
        "Still open",
        "Of the matters opened in the quarter, those still open at its end.",
        within="opened",
    ),
    Figure(
        "passed_on",
        "Passed on",
        "Of the matters opened in the quarter, those passed on; they stand under the agency that they were passed to.",
        within="opened",
    ),
    Figure(
        "theme_mentions",
        "Secondary theme",
        "Matters opened in the quarter that name the theme beside their primary one; a matter may name several.",
    ),
    Figure("resolved", "Resolved", "Matters whose standing resolution was reached in the quarter."),
    Figure(
        "resolved_early",
        "Resolved at stages 1–2",
        "Of the matters resolved in the quarter, those that stood at the first or second stage then.",
        within="resolved",
    ),
    Figure(
        "told", "Raiser told", "Of the matters resolved in the quarter, those whose raiser was told.", within="resolved"
    ),
    Figure("satisfied", "Satisfied", "Raisers told who said that they were satisfied."),
    Figure("dissatisfied", "Not satisfied", "Raisers told who said that they were not satisfied."),
    Figure("not_answering", "Asked, no answer", "Raisers told who were asked and did not answer."),
    Figure("not_asked", "Not asked", "Raisers told who were not asked."),
    Figure(
        "impact",
        "Resolved",
        "Matters resolved in the quarter, by what the outcome did for the child.",
        about_children=True,
    ),
    Figure(
        "need",
        "Opened",
        "Matters opened in the quarter, by their children's highest level.",
        about_children=True,
    ),
    Figure(
        "responses_due",
        "Answers due",
        "Respond clocks that fell due in the quarter and whose stage had not ended before. Passing on starts another.",
    ),
    Figure(
        "responses_in_time",
        "In time",
        "Of the answers due, those given by the due instant, or by the earlier one that both sides had agreed.",
    ),
    Figure("responses_late", "Late", "Of the answers due, those given late or not at all.", within="responses_due"),
    Figure(
        "advances",
        "Advances",
        "Times in the quarter that a matter went to the next stage: taken there by its raiser, by the dissent of the three "
        "partners, or through silence.",
    ),
    Figure("advances_silent", "Through silence", "Of the advances, those because nobody answered.", within="advances"),
    Figure(
        "matters_silent",
        "Matters advanced through silence",
        "Matters that advanced at least once in the quarter because nobody answered.",
        within="advances_silent",
    ),
    Figure(
        "silent_at_last",
        "Silence at the last stage",
        "Matters at whose last stage the answer fell due in the quarter and nobody had answered.",
    ),
    Figure("skipped_matters", "Matters that skipped", "Matters that skipped stages in the quarter for immediate risk."),
    Figure("skipped_stages", "Stages skipped", "Stages left out by the matters that skipped."),
    Figure(
        "skipped_safely",
        "With a safety action",
        "Of the matters that skipped, those with a safety action on record.",
        within="skipped_matters",
    ),
    Figure(
        "waited",
        "Answered after passing on",
        "Matters passed on whose right agency gave its first answer in the quarter.",
    ),
    Figure(
        "informal_notes",
        "Informal notes",
        "One-minute notes of challenges settled informally; not escalations.",
        behind=None,
    ),
    Figure("good_practice", "Good practice", "Records of good practice.", behind=None),
    Figure(
        "learning", "Recorded", "Learning points recorded in the quarter with a route; the route “none” is no learning."
    ),
    Figure(
        "learning_taken",
        "Taken",
        "Of the learning points recorded in the quarter, those that somebody had taken by its end.",
        within="learning",
    ),
    Figure(
        "learning_closed",
        "Closed",
        "Of the learning points recorded in the quarter, those closed by its end.",
        within="learning_taken",
    ),
    Figure(
        "learning_changed",
        "Changed something",
        "Of the learning points recorded in the quarter, those closed by its end by which something changed.",
        within="learning_closed",
    ),
    Figure("taken_in_quarter", "Taken in the quarter", "Learning points of any quarter taken in this one."),
    Figure("closed_in_quarter", "Closed in the quarter", "Learning points of any quarter closed in this one."),
    Figure(
        "repeat_child",
        "Repeats for a same child",
        "Of the matters opened, those after another of the 12 months before about a same child: at least so many.",
        within="opened",
        about_children=True,
    ),
    Figure(
        "repeat_theme",
        "Repeats for a same theme",
        "Of the matters opened, those after another of the 12 months before with the same primary theme between the same "
        "two agencies.",
        within="opened",
    ),
    *_WAYS,
)
FIGURES = {figure.id: figure for figure in _FIGURES}

# Figures that add up wherever all of them are cut the same way: the coefficients make nought.
BALANCES: tuple[dict[str, int], ...] = (
    {"left": -1, "closed": 1, "withdrawn": 1, "redirected": 1},
    {"open_at_end": -1, "open_at_start": 1, "opened": 1, "left": -1},
    {"told": -1, "satisfied": 1, "dissatisfied": 1, "not_answering": 1, "not_asked": 1},
    {"responses_due": -1, "responses_in_time": 1, "responses_late": 1},
    {"need": -1, "opened": 1},
    {"impact": -1, "resolved": 1},
    {"ways": -1, "ways_impact": 1, "ways_open": 1},
)

# Counts of what happened, so that four quarters make a year; the others are stocks, or know only their own quarter's end.
FLOWS = frozenset({"opened", "closed", "withdrawn", "redirected", "left", "need", "theme_mentions"})

# How a figure is cut: code and heading.
DIMENSIONS = {
    "kind": "Kind",
    "priority": "Priority",
    "level": "Level of need",
    "theme": "Theme",
    "age": "Working days open",
    "raising": "Raising agency",
    "receiving": "Receiving agency",
    "agency": "Agency",
    "stage": "Stage",
    "rung": "Ladder and highest stage",
    "outcome": "Outcome",
    "impact": "Impact",
    "redirected_to": "Redirected to",
    "overrun": "Reason",
    "route": "Route",
    "cohort": "Drawn",
    "origin": "Where it was learnt",
    "stands": "Where it stands",
}

DURATIONS = {
    "to_resolve": "Working time from raising to the resolution that stands; telling, closing, withdrawal do not enter.",
    "to_resolve_by_the_clock": "Of immediate matters the same in elapsed hours, across both changes of the clocks.",
    "wait": "Working time from raising to the right agency's first answer.",
    "still": "Calendar days from the last step to the quarter's last day.",
}
