"""What an opening in an emergency is, and who reviews it."""

from enum import StrEnum

from shared.problems import Conflict, Forbidden, NotFound


class Finding(StrEnum):
    """What the review of an opening finds."""

    JUSTIFIED = "justified"
    NOT_JUSTIFIED = "not_justified"


class BreakGlassNotFound(NotFound):
    """There is no such opening, or it concerns others."""

    code = "break_glass_not_found"
    cure = "Look in `/escalations/v1/break_glass`."


class Reviewed(Conflict):
    """Somebody has reviewed this opening."""

    code = "break_glass_reviewed"
    title = "This has been reviewed"
    cure = "Read what was found."


class OwnOpening(Forbidden):
    """The caller opened it herself."""

    code = "own_break_glass"
    title = "Your own opening"
    cure = "Somebody else of the business unit reviews it."


def must_review(used_by: str, finding: str | None, reviewer: str) -> None:
    """Refuse who opened it, and a second review."""
    if used_by == reviewer:
        raise OwnOpening("You opened this yourself: somebody else reviews it.")
    if finding:
        raise Reviewed("This opening has been reviewed.")
