"""What is said of a field that has the wrong form: what would be right, with an example, and no word of a library's; pure."""

from collections.abc import Mapping
from typing import Any

INSTANT = "Write an instant with its zone as 2026-10-06T09:30:00Z; in an address, + is written %2B."
ID = "Write the record's id, as its `id` and its address have it."
NUMBER = "Write a whole number in digits."
OBJECT = "Send an object: {…}."
# By Pydantic's name of what is wrong.
_CURES = {
    "missing": "This is needed.",
    "extra_forbidden": "There is no such field here: look for a slip of the pen, or leave it out.",
    "model_attributes_type": OBJECT,
    "model_type": OBJECT,
    "dict_type": OBJECT,
    "list_type": "Send a list: […].",
    "string_type": "Write a text, in quotation marks.",
    "string_unicode": "Write a text that can be encoded as UTF-8.",
    "bool_type": "Write true or false.",
    "bool_parsing": "Write true or false.",
    "int_type": NUMBER,
    "int_parsing": NUMBER,
    "int_parsing_size": NUMBER,
    "int_from_float": NUMBER,
    "uuid_parsing": ID,
    "uuid_type": ID,
    "timezone_aware": INSTANT,
    "datetime_parsing": INSTANT,
    "datetime_from_date_parsing": INSTANT,
}
# The same, with the bound that is passed.
_BOUNDS = {
    "string_too_long": "Write at most {max_length} characters.",
    "string_too_short": "Write at least {min_length} characters.",
    "too_long": "Send at most {max_length} of these.",
    "too_short": "Send at least {min_length} of these.",
    "greater_than_equal": "Write {ge} or more.",
    "greater_than": "Write more than {gt}.",
    "less_than_equal": "Write {le} or less.",
    "less_than": "Write less than {lt}.",
}
_EMAIL = "Write an e-mail address, as sam@work.example."
_LINK = "Write an address without blanks that begins with https://, as https://meet.example/li."
_CODE = "Write a code: small letters, with _ between words, as action_not_completed."
_SLUG = "Write small letters and digits, with hyphens between words, as cheshire-east-council."
_RECORD = "Write a record's id or code: letters, digits and hyphens."
_NOUN = "Write a service and its noun, as escalations.learning."
_NO_NUL = "Leave out the NUL character."
# What fits each pattern that a field may have; a test compares them with the documents.
PATTERNS = {
    r"[A-Za-z0-9]": "Write the number itself, which has letters or digits.",
    r"^([01][0-9]|2[0-3]):[0-5][0-9]$": "Write a time of day, as 09:00.",
    r"^20[0-9]{2}/[0-9]{2}$": "Write a year from April to March, as 2026/27.",
    r"^[0-9]{4}[/-][0-9]{2}$": "Write a year from April to March, as 2026/27.",
    r"^Q[1-4]$": "Write a quarter from Q1, which begins in April, to Q4.",
    r"^[!-~]+$": "Write it without blanks, in letters, digits and signs of ASCII.",
    r"^[\x21-\x7e]+$": "Write an address without blanks, as https://cases.example/back.",
    r"^[0-9a-f]{64}$": "Write the SHA-256 as 64 digits from 0 to 9 and a to f.",
    r"^[A-Za-z0-9 -]+$": "Write the code as it is printed: letters, digits, blanks and hyphens.",
    r"^[A-Za-z0-9-]+$": _RECORD,
    r"^[A-Za-z0-9._-]{1,100}$": "Write the client's id: letters, digits, points, hyphens and _.",
    r"^[!#-+\--:=?A-~]{1,64}@[A-Za-z0-9.-]{1,185}\.[A-Za-z]{2,63}$": _EMAIL,
    r"^[!#-+\--:=?A-~]{1,64}@[A-Za-z0-9.-]{1,189}$": _EMAIL,
    r"^[^\x00-\x1f\x7f]*$": "Write it in one line: no line break, tab or other control character.",
    r"^[^\x00]*$": _NO_NUL,
    r"^[a-z0-9-]+$": _SLUG,
    r"^[a-z0-9]+(-[a-z0-9]+)*$": _SLUG,
    r"^[a-z0-9.-]+$": "Write a domain in small letters, as police.example.",
    r"^[a-z0-9]+(_[a-z0-9]+)*$": _CODE,
    r"^[a-z0-9_]+$": _CODE,
    r"^[a-z][a-z_]{0,49}$": _CODE,
    r"^[a-z]+(_[a-z]+)*$": _CODE,
    r"^[a-z_]+$": _CODE,
    r"^[a-z]+\.[a-z_]+$": _NOUN,
    r"^[a-z_]+(\.[a-z_]+)*$": "Write a scope, as escalations.read.",
    r"^\+?[0-9][0-9 ()-]{3,28}$": "Write a telephone number, as 0300 123 0000.",
    r"^https://[!-~]+$": _LINK,
    r"^https://[!#-;=?-~]+$": _LINK,
    r"^https?://[!#-;=?-~]+$": _LINK,
}


def cure(error: Mapping[str, Any]) -> str:
    """What is said of one error of a `ValidationError`: a sentence."""
    said, kind, facts = error["msg"], error["type"], error.get("ctx", {})
    if kind == "string_pattern_mismatch":
        return PATTERNS.get(facts["pattern"], f"{said}.")
    if kind in {"enum", "literal_error"}:
        return f"Write one of these: {facts['expected']}."
    if kind in _BOUNDS:
        return "This may not be empty." if facts.get("min_length") == 1 else _BOUNDS[kind].format(**facts)
    return _CURES.get(kind) or f"{said.removeprefix('Value error, ').removesuffix('.')}."
