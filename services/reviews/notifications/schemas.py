"""What the council tells of its forms."""

from typing import Annotated, ClassVar

from pydantic import ConfigDict, Field, JsonValue

from shared.schemas import Given, Line, Number, Prose, Weighed, Worded

EXAMPLE: dict[str, JsonValue] = {"text": "Abuse is suspected, and the child was seriously harmed."}


class Notify(Weighed):
    """The council has notified. Nothing need be said; what is said is taken as it stands."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    text: Annotated[Prose | None, Field(description="Why; every agency that referred the case is told.")] = None
    submitted_at: Annotated[Given | None, Field(description="When, where it was not just now.")] = None


class Acknowledge(Worded):
    """The national Panel's answer to one form."""

    prose: ClassVar = ()
    lines: ClassVar = ("panel_reference",)

    form: Annotated[Number, Field(ge=1, le=1000)] = 1
    panel_reference: Line


class WithdrawNotification(Worded):
    """Why the notification is withdrawn."""

    reason: Prose
