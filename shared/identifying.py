"""Text that seems to say who somebody is: numbers that prove themselves, and words that look like a name.

It warns and never decides: a person who has read the text again knows better than any of these patterns.
"""

import re
import unicodedata
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from shared.ordinary_words import ORDINARY


class Identifies(StrEnum):
    """What a piece of text seems to be."""

    NHS_NUMBER = "an NHS number"
    PUPIL_NUMBER = "a unique pupil number"
    NATIONAL_INSURANCE = "a National Insurance number"
    DATE_OF_BIRTH = "a date of birth"
    POSTCODE = "a postcode"
    TELEPHONE = "a telephone number"
    EMAIL = "an e-mail address"
    INITIALS = "initials"
    NAME = "a name"


@dataclass(frozen=True, order=True)
class Finding:
    """Where something seems to identify somebody: the number of its first character, from 1; never what it says."""

    at: int
    what: Identifies


# Every repetition is bounded and no two neighbours can take the same character, so that no text takes long.
_DATE = r"(?:\d{1,2}[/.\- ]\d{1,2}[/.\- ]\d{2,4}|\d{4}-\d\d-\d\d|\d{1,2}(?:st|nd|rd|th)? [A-Za-z]{3,9},? \d{2,4})"
_BIRTH = r"(?:(?i:\bd\.?o\.?b\.?|\bborn(?: on)?|\bdate of birth|\bbirth ?date)|\b[A-Z]\.?[A-Z]\.?(?= ?\(?\d))"
_PATTERNS: dict[Identifies, re.Pattern[str]] = {
    Identifies.NHS_NUMBER: re.compile(r"(?<![\w-])\d{3}[ -]?\d{3}[ -]?\d{4}(?![\w-])"),
    Identifies.PUPIL_NUMBER: re.compile(r"\b[A-HJ-NP-RT-Z]\d{11}[\dA-HJ-NP-RT-Z]\b", re.IGNORECASE),
    Identifies.NATIONAL_INSURANCE: re.compile(
        r"\b(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d\d ?\d\d ?\d\d ?[A-D]\b", re.IGNORECASE
    ),
    Identifies.DATE_OF_BIRTH: re.compile(rf"{_BIRTH}[\s:=(-]{{0,3}}{_DATE}"),
    Identifies.POSTCODE: re.compile(
        r"\b(?:[A-PR-UWYZ][A-HK-Y]?\d[\dA-HJKMNPR-Y]?|GIR ?0AA) ?\d[ABD-HJLNP-UW-Z]{2}\b", re.IGNORECASE
    ),
    Identifies.TELEPHONE: re.compile(r"(?<![\w+])(?:\+44[ ()0-]{0,4}|\(?0)[1-37-9](?:[ ()-]?\d){8,9}(?![\w-])"),
    Identifies.EMAIL: re.compile(r"\b[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}", re.IGNORECASE),
    Identifies.INITIALS: re.compile(r"\b[A-Z]\.\s?[A-Z]\.(?:\s?[A-Z]\.)?(?![A-Za-z])"),
}
_NOT_INITIALS = frozenset({"UK", "DOB", "US", "EU", "IE", "EG", "AM", "PM", "NB", "PS"})

_WORD = re.compile(r"[^\W\d_]{1,30}(?:['’-][^\W\d_]{1,30}){0,2}")
_BEFORE_A_NAME = frozenset(
    "mr mrs ms miss mx master named called mum mum's mother mother's dad dad's father father's sister sister's brother "  # noqa: SIM905
    "brother's son son's daughter daughter's baby boy girl stepmother stepfather nan aunt uncle cousin sibling".split()
)
_WITHIN_A_NAME = frozenset(
    {"ó", "o", "ní", "mac", "mc", "de", "da", "di", "la", "le", "van", "von", "der", "al", "el", "bin", "ap"}
)


def findings(text: str, *, names: bool = True, known: Collection[str] = ()) -> tuple[Finding, ...]:
    """What in the text seems to identify somebody, in its order; at one place the surest kind.

    `known` are names that identify nobody, of agencies and teams; without `names`, words are left alone.
    """
    plain = _plain(text)
    found: dict[int, Identifies] = {}
    for what, match in _numbers(plain):
        found.setdefault(match.start(), what)
    if names:
        for start in _names(_without(plain, known)):
            found.setdefault(start, Identifies.NAME)
    return tuple(Finding(start + 1, found[start]) for start in sorted(found))


def said(found: Collection[Finding]) -> str:
    """The findings in words: `a postcode (at character 12) and a name (at characters 3 and 40)`."""
    parts = []
    for what in dict.fromkeys(finding.what for finding in found):
        places = [str(finding.at) for finding in found if finding.what is what]
        parts.append(f"{what} (at character{'s' if len(places) > 1 else ''} {_listed(places)})")
    return _listed(parts)


def nhs_number(digits: str) -> bool:
    """Whether ten digits are an NHS number: weights 10 to 2, modulo 11."""
    check = -sum(int(digit) * weight for digit, weight in zip(digits, range(10, 1, -1), strict=False)) % 11
    return check != 10 and check == int(digits[9])


def pupil_number(text: str) -> bool:
    """Whether a letter and twelve characters are a unique pupil number, its first letter checking the others.

    Weights 2 to 13, modulo 23; a temporary number ends in a letter, which counts by its place in the same alphabet.
    """
    alphabet = "ABCDEFGHJKLMNPQRTUVWXYZ"
    values = [int(one) if one.isdigit() else alphabet.index(one) for one in text[1:]]
    return alphabet[sum(value * weight for value, weight in zip(values, range(2, 14), strict=True)) % 23] == text[0]


def strange(word: str) -> bool:
    """Whether a word is capitalised, and none of those that stand so in anybody's text about this work."""
    lowered = word.lower()
    capitalised = word[0].isupper() and (word[1:] != word[1:].upper() or len(word) > 2)
    return capitalised and lowered not in ORDINARY and lowered.removesuffix("s") not in ORDINARY


_PROOFS: dict[Identifies, Callable[[str], bool]] = {
    Identifies.NHS_NUMBER: nhs_number,
    Identifies.PUPIL_NUMBER: pupil_number,
    Identifies.INITIALS: lambda letters: letters not in _NOT_INITIALS,
}


def _numbers(text: str) -> Iterator[tuple[Identifies, re.Match[str]]]:
    for what, pattern in _PATTERNS.items():
        proof = _PROOFS.get(what)
        for match in pattern.finditer(text):
            if proof is None or proof("".join(filter(str.isalnum, match[0])).upper()):
                yield what, match


def _names(text: str) -> Iterator[int]:
    words = (word for word in _WORD.finditer(text) if word[0].lower() not in _WITHIN_A_NAME)
    for first, second in pairwise(words):
        between = text[first.end() : second.start()]
        if not strange(second[0]) or not set(between.strip(" .").lower().split()) <= _WITHIN_A_NAME:
            continue
        if first[0].lower() in _BEFORE_A_NAME:
            yield second.start()
        elif strange(first[0]) and "." not in between:
            yield first.start()


def _without(text: str, known: Collection[str]) -> str:
    """The text with the known names blotted out, each letter staying in its place."""
    for name in sorted(filter(None, known), key=len, reverse=True):
        text = re.sub(re.escape(_plain(name)), lambda match: "·" * len(match[0]), text, flags=re.IGNORECASE)
    return text


def _plain(text: str) -> str:
    """Full-width digits, exotic blanks and dashes as the plain ones, each character staying in its place."""
    return text if text.isascii() else "".join(_plain_character(character) for character in text)


def _plain_character(character: str) -> str:
    if unicodedata.category(character) == "Pd":
        return "-"
    folded = unicodedata.normalize("NFKC", character)
    return folded if len(folded) == 1 else character


def _listed(parts: list[str]) -> str:
    return " and ".join(filter(None, [", ".join(parts[:-1]), *parts[-1:]]))
