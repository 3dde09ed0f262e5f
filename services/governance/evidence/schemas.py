"""What requests say that supply evidence."""

from typing import Annotated, ClassVar

from pydantic import ConfigDict, Field, JsonValue

from services.governance.agencies.schemas import Note
from services.governance.plans.domain import EvidenceKind, Phase
from shared.schemas import Line, Worded

EXAMPLE: dict[str, JsonValue] = {
    "kind": "quantitative",
    "title": "Count of one quarter",
    "text": "58 of 60 strategy discussions had all three agencies in the room.",
}


class SupplyEvidence(Worded):
    """What shows it: in words, or by a link with the hash of what it leads to. Nothing of a case."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})
    prose: ClassVar = ("text", "title")

    kind: EvidenceKind
    title: Line
    text: Note | None = None
    link: Annotated[
        str | None,
        Field(
            pattern=r"^https://[!-~]+$",
            max_length=1000,
            description="Where it is kept.",
            examples=["https://evidence.example/audit-2027"],
        ),
    ] = None
    sha256: Annotated[
        str | None,
        Field(pattern=r"^[0-9a-f]{64}$", max_length=64, description="Of what the link leads to, in hexadecimal."),
    ] = None
    phase: Annotated[
        Phase | None, Field(description="`activity` or `impact`; without it, by where the action stands.")
    ] = None


class WithdrawEvidence(Worded):
    """It does not show what it was to show."""

    reason: Note
