"""What must be shown before it can be said that the activity is complete, or that practice has improved."""

from collections.abc import Collection
from datetime import date

from services.governance.plans.domain import EvidenceKind, Phase, Signing
from shared.problems import Conflict, Invalid

Shown = Collection[tuple[Phase, EvidenceKind]]


class TooEarly(Conflict):
    """The interval after phase 1 is not over."""

    code = "impact_too_early"
    title = "Impact cannot be seen yet"
    cure = "Wait until `impact_from`."


class MustBeModerated(Conflict):
    """The action's rules want its evidence moderated first."""

    code = "not_moderated"
    title = "The evidence is still to be moderated"
    cure = "Wait for the moderating body."


def check_activity(shown: Shown) -> None:
    """Invalid where nothing shows that the activity is complete."""
    if not any(phase is Phase.ACTIVITY for phase, _ in shown):
        raise Invalid.field("evidence", "missing", "Supply evidence of the activity first: a claim rests on something.")


def check_test(signing: Signing, *, moderated: bool) -> None:
    """MustBeModerated where the plan's rules want that first."""
    if signing.moderated and not moderated:
        raise MustBeModerated("The rules of this action want its evidence moderated before impact is tested.")


def check_impact(signing: Signing, shown: Shown, impact_from: date, day: date) -> None:
    """TooEarly within the interval; Invalid where a kind of evidence that the rules want is missing.

    Improved practice is evidenced by figures and by what people say.
    """
    if day < impact_from:
        months = "month" if signing.impact_months == 1 else "months"
        said = f"Impact is claimed {signing.impact_months} {months} after phase 1 at the earliest: from {impact_from}."
        raise TooEarly(said)
    kinds = {kind for phase, kind in shown if phase is Phase.IMPACT}
    if missing := [kind for kind in signing.impact_evidence if kind not in kinds]:
        said = f"Supply {' and '.join(missing)} evidence of impact first."
        raise Invalid.field("evidence", "missing", said)
