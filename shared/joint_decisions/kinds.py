"""What the three decide jointly in one service, from its effective-dated data: who votes, until when, what follows."""

from datetime import date
from pathlib import Path
from typing import Annotated, Self

from pydantic import model_validator

from shared.deadlines import Rule as Deadline
from shared.deadlines import Unit
from shared.joint_decisions.domain import DecidedBy, Kind, Level, OnDissent, OnSilence, Rule
from shared.loading import BadFile
from shared.reference import LENIENT, Record, Text, read
from shared.rules import NotInForce, in_force


class Kinds:
    """The kinds of decision of one service, every version of each. BadFile where one is wrong or two apply on one day."""

    def __init__(self, path: Path) -> None:
        self._kinds = tuple(row.kind() for row in read(path, _File).kinds)
        for kind in self._kinds:
            on_its_first_day = [other for other in self.of(kind.code) if _holds(other, kind.effective_from)]
            if len(on_its_first_day) > 1:
                raise BadFile(path, f"two versions of {kind.code} apply on {kind.effective_from}.")

    def of(self, code: str) -> tuple[Kind, ...]:
        """Every version of a kind."""
        return tuple(kind for kind in self._kinds if kind.code == code)

    def on(self, code: str, day: date) -> Kind:
        """The version by which a decision that is opened on this day is made. NotInForce where there is none."""
        return in_force(self.of(code), day, f"kind of decision {code!r}")

    def all_on(self, day: date) -> tuple[Kind, ...]:
        """The kinds in force on a day, as the data have them in order."""
        return tuple(kind for kind in self._kinds if _holds(kind, day))

    def get(self, code: str, version: str) -> Kind:
        """One version, whether in force or not."""
        for kind in self.of(code):
            if kind.version == version:
                return kind
        raise NotInForce(f"There is no kind of decision {code!r} version {version!r}.")


def _holds(kind: Kind, day: date) -> bool:
    return kind.effective_from <= day and (kind.effective_to is None or day <= kind.effective_to)


class _Level(Record):
    decided_by: Annotated[DecidedBy, LENIENT]
    amount: int
    unit: Annotated[Unit, LENIENT]
    on_dissent: Annotated[OnDissent, LENIENT]
    on_silence: Annotated[OnSilence, LENIENT]


class _Row(Record):
    code: Text
    version: Text
    title: Text
    choices: dict[Text, Text]
    otherwise: Text
    levels: list[_Level]
    source: Text
    verified: bool
    effective_from: date
    effective_to: date | None

    @model_validator(mode="after")
    def _leads_to_a_decision(self) -> Self:
        self.kind()
        return self

    def kind(self) -> Kind:
        return Kind(
            code=self.code,
            version=self.version,
            title=self.title,
            choices=tuple(self.choices.items()),
            otherwise=self.otherwise,
            levels=tuple(
                Level(
                    row.decided_by,
                    Deadline(code=self.code, version=self.version, amount=row.amount, unit=row.unit),
                    Rule(row.on_dissent, row.on_silence),
                )
                for row in self.levels
            ),
            source=self.source,
            verified=self.verified,
            effective_from=self.effective_from,
            effective_to=self.effective_to,
        )


class _File(Record):
    kinds: list[_Row]
