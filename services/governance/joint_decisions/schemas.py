"""What is asked of the three; votes and answers are the same for every joint decision."""

from typing import Annotated, ClassVar

from pydantic import ConfigDict, Field, JsonValue

from shared.joint_decisions.schemas import CODE
from shared.schemas import AgencyId, CauseGiven, Prose, Worded

EXAMPLE: dict[str, JsonValue] = {
    "kind": "publish",
    "question": "Shall the annual stakeholder forum's report be published in November?",
}


class Ask(Worded):
    """A question to the three."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})
    prose: ClassVar = ("question",)

    kind: Annotated[
        str,
        Field(
            pattern=CODE,
            max_length=50,
            description="What is decided, /governance/v1/joint-decision-kinds; it has the rule.",
        ),
    ]
    question: Prose
    subject: Annotated[CauseGiven | None, Field(description="The record that is decided about.")] = None
    concerned_agency_ids: Annotated[
        list[AgencyId], Field(max_length=20, description="The agencies that it is about; their votes are marked.")
    ] = []
    causes: Annotated[list[CauseGiven], Field(max_length=20, description="What this follows from.")] = []
