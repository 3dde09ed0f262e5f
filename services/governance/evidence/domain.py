"""What a piece of evidence needs to be one."""

from services.governance.plans.domain import Phase
from shared.problems import FieldError, Invalid


def check(text: str | None, link: str | None, sha256: str | None, phase: Phase | None) -> None:
    """Invalid where it shows nothing, where a link may lead to something else tomorrow, or for a phase that needs none."""
    found = []
    if text is None and link is None:
        found.append(FieldError("text", "missing", "Say it in words, or name the link under which it is kept."))
    if link is not None and sha256 is None:
        found.append(
            FieldError("sha256", "missing", "Send the SHA-256 of what the link leads to: it pins what is meant.")
        )
    if sha256 is not None and link is None:
        found.append(FieldError("link", "missing", "Name the link to what the hash is of."))
    if phase in {Phase.MODERATION, Phase.CLOSING}:
        found.append(FieldError("phase", "no_evidence", "Evidence is of the activity, or of impact."))
    if found:
        raise Invalid("The evidence cannot be so.", errors=found)
