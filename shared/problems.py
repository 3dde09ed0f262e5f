"""The four ways in which a request can fail by the rules, told apart so that HTTP maps each of them once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class FieldError:
    """What is wrong with one field: its path (`children.0.age_band`), a stable code, and the cure in words."""

    path: str
    code: str
    message: str


class Problem(Exception):
    """A refusal with a stable `code`, a sentence that says why and what to do, and the fields concerned."""

    status: ClassVar[int]
    code: str = ""
    title: str = ""
    cure: str = ""  # for the page of problems, as the first line of the docstring is

    def __init__(self, detail: str, *, errors: Sequence[FieldError] = ()) -> None:
        super().__init__(detail)
        self.detail = detail
        self.errors = tuple(errors)


class NotFound(Problem):
    """The record does not exist, or the caller may not know that it does."""

    status = 404
    code = "not_found"
    title = "Not found"
    cure = "Check the address, or look in the list of such records."
    cure = "Check the address, or look in the list of such records."

    def __init__(self, detail: str = "There is nothing here that you may see.") -> None:
        super().__init__(detail)


class Forbidden(Problem):
    """The caller may see the record but may not do this to it."""

    status = 403
    code = "forbidden"
    title = "Not allowed"
    cure = "Read `detail`."


class Conflict(Problem):
    """The record's present state, or somebody else's change, does not allow this."""

    status = 409
    code = "conflict"
    title = "Conflict with the present state"
    cure = "Read the record again."


class Invalid(Problem):
    """Fields break a rule; each is in `errors`."""

    status = 422
    code = "invalid"
    title = "The request is not valid"
    cure = "Mend each."

    @classmethod
    def field(cls, path: str, code: str, message: str) -> "Invalid":
        """One field that is wrong."""
        return cls(message, errors=[FieldError(path, code, message)])


class SeemsToIdentify(Invalid):
    """The text seems to say who somebody is, and nobody has read it again."""

    code = "seems_to_identify"
    title = "The text seems to identify somebody"
    cure = "Say it without, or read it again and send `text_checked: true`."
