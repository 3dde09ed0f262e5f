"""What a person decides about two children who are perhaps one, and what can be wrong when somebody asks who a child is."""

from collections.abc import Collection, Iterable
from enum import StrEnum

from shared.children import IdentifierType, normal
from shared.identifying import nhs_number
from shared.problems import Conflict, FieldError, Forbidden, NotFound

MISREAD = "This is nobody's NHS number: ten digits, of which the last proves the others. Look it up again."
OF_TWO = "A child has one NHS number, and this is a second: give each child its own entry."
_DIGITS = 10


def misread(kind: str, value: str) -> bool:
    """Whether an NHS number cannot be one, and would be another child's: a digit wrong, missing or too many.

    A value of letters and few digits stands for a number until there is one, and those from 999 on are made-up patients'.
    """
    plain = normal(value)
    digits = "".join(filter(str.isdecimal, plain))
    if kind != IdentifierType.NHS_NUMBER or (digits != plain and len(digits) < _DIGITS - 1):
        return False
    whole = digits == plain and plain.isascii() and len(plain) == _DIGITS
    return not whole or len(set(plain)) == 1 or not nhs_number(plain)


def misreadings(at: str, numbers: Iterable[tuple[str, str]]) -> list[FieldError]:
    """Those of a list of numbers that were misread, each by its place in the request."""
    return [
        FieldError(f"{at}.{index}.value", "misread", MISREAD)
        for index, number in enumerate(numbers)
        if misread(*number)
    ]


def of_two(at: str, numbers: Iterable[tuple[str, str]]) -> list[FieldError]:
    """A second NHS number given for one child, of whom there is one: two children would be taken for one ever after."""
    nhs = [(index, normal(value)) for index, (kind, value) in enumerate(numbers) if kind == IdentifierType.NHS_NUMBER]
    whole = [(index, value) for index, value in nhs if value.isdecimal()]  # what stands for one may stand beside it
    return [FieldError(f"{at}.{index}.value", "of_two", OF_TWO) for index, value in whole if value != whole[0][1]]


class Verdict(StrEnum):
    """What a person decides about two children who are perhaps one."""

    CONFIRMED = "confirmed"
    REJECTED = "rejected"


class ChildNotFound(NotFound):
    """There is no such child, or no matter about it that the caller may see."""

    code = "child_not_found"
    cure = "Look in the matter."


class MatchNotFound(NotFound):
    """There is no such match, or it arose in a matter of others."""

    code = "match_not_found"


class MatchDecided(Conflict):
    """Somebody has decided whether the two are one child."""

    code = "match_decided"
    title = "This has been decided"
    cure = "Nothing to do."


class OwnMatch(Forbidden):
    """The caller has given these numbers for one child herself, and would make one of two alone."""

    code = "own_match"
    title = "Somebody else confirms this"
    cure = "A colleague says whether they are one."


def must_be_second(gave: Collection[str], subject: str) -> None:
    """OwnMatch where the caller gave the numbers herself: two children who were made one by a slip stay one."""
    if subject in gave:
        raise OwnMatch("You have given these numbers for one child: a colleague says whether they are one.")


def must_be_open(verdict: str | None) -> None:
    """MatchDecided where a person has decided already."""
    if verdict:
        said = "one child" if verdict == Verdict.CONFIRMED else "two children"
        raise MatchDecided(f"Somebody has decided that these are {said}.")
