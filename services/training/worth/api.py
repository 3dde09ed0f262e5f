"""The operations that show what sessions were worth: as figures, as a table, and as a document of pictures."""

from collections.abc import Iterator
from dataclasses import asdict, replace
from typing import Annotated

from fastapi import Path, Query, Request, Response

from services.training.evaluations.domain import VALUES, Scale
from services.training.figures.api import filters_of
from services.training.figures.domain import By
from services.training.rulebook import fewest_on, question
from services.training.worth import queries
from services.training.worth.domain import WHO_ANSWERED, WHO_WAS_ASKED, Said, without_few
from services.training.worth.schemas import (
    AnswersShown,
    AskWorth,
    ChangeShown,
    ReturnShown,
    ValueCount,
    WorthLine,
    WorthShown,
    document,
    in_words,
)
from shared.auth import Caller, Requires
from shared.days import today
from shared.db import Tx
from shared.documents.csv import MEDIA_TYPE, table
from shared.documents.formats import CONTENT, Format, answer
from shared.listing import OR_CSV
from shared.policy import Role, Scope
from shared.policy import training as policy
from shared.routing import Router
from shared.transactions import ReadTx

router = Router(tags=["figures"])

OWNERS = frozenset({Role.TRAINING_MANAGER, Role.BUSINESS_UNIT})
"""Who runs the programme, and sees what few have said."""


@router.get(
    "/figures/evaluations", summary="Read what sessions were worth", response_model=WorthShown, responses=OR_CSV
)
async def read_worth(
    request: Request,
    caller: Annotated[Caller, Requires(policy.READ_WORTH)],
    tx: ReadTx,
    wanted: Annotated[AskWorth, Query()],
) -> WorthShown | Response:
    """Who has answered, of whom, what was answered and what has changed since before. A table where `Accept` asks for one."""
    said = await _said(tx, caller, wanted)
    if "text/csv" in request.headers.get("accept", ""):
        return Response(table(COLUMNS, [row for one in said for row in _rows(one)]), media_type=MEDIA_TYPE)
    day = today(tx.now)
    return WorthShown.model_construct(
        as_on=day, fewest=fewest_on(day), lines=[_worth(one, fewest_on(day)) for one in said]
    )


@router.get(
    "/figures/evaluations.{format}",
    summary="See what sessions were worth",
    responses=CONTENT,
    response_class=Response,
)
async def draw_worth(
    ending: Annotated[Format, Path(alias="format")],
    caller: Annotated[Caller, Requires(policy.READ_WORTH)],
    tx: ReadTx,
    wanted: Annotated[AskWorth, Query()],
) -> Response:
    """Return rates, what was answered before, at the end and for impact, and what has changed, as pictures with their tables."""
    said = await _said(tx, caller, wanted)
    return await answer(document(said, fewest_on(today(tx.now)), tx.now), ending, "evaluations")


async def _said(tx: Tx, caller: Caller, wanted: AskWorth) -> list[Said]:
    """What was said; for whoever does not run the programme without what few have said at one session.

    Nor is what one agency's people said told to who sees the others' too: what is left would be said by few.
    """
    runs = OWNERS & caller.principal.roles
    fewest = 0 if runs else fewest_on(today(tx.now))
    said = await queries.said(tx, caller.principal, caller.reach, filters_of(wanted), By(wanted.by.value), fewest)
    if runs:
        return said
    others = caller.reach.view(Scope.ALL) or caller.reach.view(Scope.ASSIGNED)
    if wanted.agency_id and others:
        return [replace(one, worth=without_few(one.worth, one.worth.returned.answered + 1)) for one in said]
    return [replace(one, worth=without_few(one.worth, fewest)) for one in said]


def _worth(said: Said, fewest: int) -> WorthLine:
    worth = said.worth
    return WorthLine.model_construct(
        key=said.key,
        title=said.title,
        moment=said.moment.value,
        audience=said.audience.value,
        returned=ReturnShown.model_construct(
            numerator=worth.returned.answered,
            numerator_is=WHO_ANSWERED,
            denominator=worth.returned.asked,
            denominator_is=WHO_WAS_ASKED[said.moment, said.audience],
            value=worth.returned.rate,
            late=worth.returned.late,
            lapsed=worth.returned.lapsed,
        ),
        answers=[
            AnswersShown.model_construct(
                question=one.question,
                level=question(one.question).level,
                answered=one.number,
                mean=one.mean,
                distribution=[
                    ValueCount.model_construct(value=value, words=words, count=one.counts.get(value, 0))
                    for value, words in VALUES[Scale(question(one.question).scale)].items()
                ],
            )
            for one in worth.answers
        ],
        changes=[ChangeShown.model_construct(**asdict(one)) for one in worth.changes],
        hidden=worth.hidden,
        hidden_why=in_words(said, fewest),
    )


COLUMNS = ("key", "title", "moment", "audience", "figure", "question", "value", "of")


def _rows(said: Said) -> Iterator[tuple[object, ...]]:
    """A line for each figure, with the number that it is over."""
    group, worth = (said.key, said.title, said.moment.value, said.audience.value), said.worth
    yield (*group, "answered", None, worth.returned.answered, worth.returned.asked)
    for one in worth.answers:
        yield (*group, "mean", one.question, one.mean, one.number)
        for value, count in sorted(one.counts.items()):
            yield (*group, f"chose {value}", one.question, count, one.number)
    for change in worth.changes:
        for name in ("better", "same", "worse", "mean_before", "mean_after"):
            yield (*group, name, change.question, getattr(change, name), change.compared)
