"""What a chase says."""

from pydantic import ConfigDict

from shared.schemas import Prose, Weighed


class Chase(Weighed):
    """Why the next step is asked for. Both sides read it in the history; the letter that asks says nothing of it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"text": "The group met today and saw no answer; the child's plan is on Thursday."}]
        }
    )

    text: Prose
