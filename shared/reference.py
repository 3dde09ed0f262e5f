"""Reads the reference data that the suite brings as YAML: strictly, and every fault named by row and field."""

from collections.abc import Hashable
from pathlib import Path
from typing import Annotated, Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from shared.loading import BadFile

MOST_FAULTS = 50

Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
LENIENT = Field(strict=False)  # for codes of an enumeration, which YAML writes as text


class Record(BaseModel):
    """One row, or one whole file: no field unknown, none of another type than its own."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


R = TypeVar("R", bound=Record)


def read(path: Path, record: type[R]) -> R:
    """The content of a file. BadFile says what is wrong, and where."""
    try:
        return record.model_validate(yaml.load(path.read_text(encoding="utf-8"), Loader=_OnceOnly))  # noqa: S506
    except OSError as failure:
        raise BadFile(path, f"cannot be read: {failure.strerror}.") from None
    except UnicodeDecodeError:
        raise BadFile(path, "not UTF-8.") from None
    except yaml.MarkedYAMLError as failure:
        line = failure.problem_mark.line + 1 if failure.problem_mark else "?"
        raise BadFile(path, f"line {line}: {failure.problem}.") from None
    except yaml.YAMLError as failure:
        raise BadFile(path, f"not YAML: {failure}.") from None
    except ValidationError as failure:
        raise _told(path, failure) from None


class _OnceOnly(yaml.CSafeLoader):
    """YAML as it is meant: a field that stands twice is a mistake, where the format would take the last."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if str(key.value) in seen:
                raise yaml.constructor.ConstructorError(None, None, f"{key.value!r} stands twice", key.start_mark)
            seen.add(str(key.value))
        return super().construct_mapping(node, deep)


def _told(path: Path, failure: ValidationError) -> BadFile:
    faults = [(*_place(fault["loc"]), fault["msg"]) for fault in failure.errors(include_url=False)]
    if len(faults) == 1:
        row, field, message = faults[0]
        return BadFile(path, f"{message}.", row=row, column=field or None)
    listed = [
        ", ".join(filter(None, [f"row {row}" if row else "", f"column {field}" if field else ""])) + f": {message}."
        for row, field, message in faults[:MOST_FAULTS]
    ]
    more = [f"… and {len(faults) - MOST_FAULTS} more."] if len(faults) > MOST_FAULTS else []
    return BadFile(path, "\n  ".join([f"{len(faults)} fields are wrong:", *listed, *more]))


def _place(location: tuple[int | str, ...]) -> tuple[int | None, str]:
    """The row of the file's list, counted from 1, and the field within it; rows of lists inside are counted alike."""
    row = next((part + 1 for part in location if isinstance(part, int)), None)
    inner = location[location.index(row - 1) + 1 :] if row else location
    return row, ".".join(str(part + 1) if isinstance(part, int) else part for part in inner)
