"""The operations on courses and their series."""

from functools import partial
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Response
from sqlalchemy import Row

from services.training.courses import commands, queries
from services.training.courses.schemas import (
    AddCourse,
    ChangeCourse,
    CoursePage,
    CourseShown,
    EndCourse,
    LinkCourse,
    ListCourses,
    SeriesList,
    SeriesShown,
)
from shared.auth import Caller, Requires
from shared.days import today
from shared.db import Tx
from shared.etag import etag
from shared.events import Cause
from shared.listing import Pages
from shared.policy import training as policy
from shared.problems import Invalid
from shared.routing import Router
from shared.schemas import CauseGiven, CauseShown
from shared.transactions import IfMatch, OnceTx, ReadTx, WriteTx

router = Router(tags=["courses"])


@router.get("/series", summary="List series")
async def list_series(caller: Annotated[Caller, Requires(policy.LIST_COURSES)], tx: ReadTx) -> SeriesList:
    """The series of courses: How to, Spotlight on, Bitesize, the learning week."""
    rows = await queries.all_series(tx)
    return SeriesList.model_construct(items=[SeriesShown.model_construct(**row._mapping) for row in rows])


@router.get("/courses", summary="List courses")
async def list_courses(
    caller: Annotated[Caller, Requires(policy.LIST_COURSES)],
    tx: ReadTx,
    wanted: Annotated[ListCourses, Query()],
    pages: Pages,
) -> CoursePage:
    """The programme: of a year, a series, a theme, or whatever one learning point asked for."""
    filters = queries.Filters(**wanted.chosen())
    check_year(filters.year)
    found = await pages.of(wanted, filters, partial(queries.page, tx, filters), lambda row: (row.code,), str)
    return CoursePage.model_construct(items=[_shown(row, tx) for row in found.rows], next=found.next)


@router.get("/courses/{course_id}", summary="Read one course")
async def read_course(
    course_id: UUID, response: Response, caller: Annotated[Caller, Requires(policy.READ_COURSE)], tx: ReadTx
) -> CourseShown:
    """One course, with what asked for it."""
    return await _show(tx, course_id, response)


@router.post("/courses", status_code=201, summary="Add a course")
async def add_course(
    body: AddCourse, response: Response, caller: Annotated[Caller, Requires(policy.ADD_COURSE)], tx: OnceTx
) -> CourseShown:
    """Add a course to the programme, linked to the learning that asked for it."""
    given = body.model_dump(exclude={"causes"})
    course_id = await commands.add(tx, caller.by(), given, causes_of(body.causes))
    response.headers["location"] = f"/training/v1/courses/{course_id}"
    return await _show(tx, course_id, response)


@router.patch("/courses/{course_id}", summary="Change a course")
async def change_course(
    course_id: UUID,
    body: ChangeCourse,
    response: Response,
    caller: Annotated[Caller, Requires(policy.CHANGE_COURSE)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> CourseShown:
    """Change what is said of it; sessions that are planned stay as they are."""
    await commands.change(tx, caller.by(if_match), course_id, body.model_dump(exclude_unset=True))
    return await _show(tx, course_id, response)


@router.post("/courses/{course_id}/end", summary="End a course")
async def end_course(
    course_id: UUID,
    body: EndCourse,
    response: Response,
    caller: Annotated[Caller, Requires(policy.END_COURSE)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> CourseShown:
    """Name the last day on which it is offered; nothing of it can be planned after that day."""
    await commands.end(tx, caller.by(if_match), course_id, body.effective_to)
    return await _show(tx, course_id, response)


@router.post("/courses/{course_id}/link", summary="Link a course to what asks for it")
async def link_course(
    course_id: UUID,
    body: LinkCourse,
    response: Response,
    caller: Annotated[Caller, Requires(policy.LINK_COURSE)],
    tx: WriteTx,
    if_match: IfMatch = None,
) -> CourseShown:
    """A learning point, a recommendation or an action asks for it besides: a link once made stays."""
    await commands.link(tx, caller.by(if_match), course_id, causes_of(body.causes))
    return await _show(tx, course_id, response)


def check_year(year: str | None) -> None:
    """Invalid for a year that is none, as 2026/28."""
    try:
        if year:
            queries.days_of(year)
    except ValueError as wrong:
        raise Invalid.field("year", "year", f"{wrong}.") from None


async def _show(tx: Tx, course_id: UUID, response: Response) -> CourseShown:
    row = await queries.get(tx, course_id)
    response.headers["etag"] = etag(row.version)
    return _shown(row, tx)


def _shown(row: Row[Any], tx: Tx) -> CourseShown:
    causes = [CauseShown.model_construct(**cause) for cause in row.causes]
    standing = queries.offered(row).standing(today(tx.now)).value
    return CourseShown.model_construct(**row._asdict() | {"causes": causes, "standing": standing})


def causes_of(given: list[CauseGiven]) -> tuple[Cause, ...]:
    """The records given, as events name them."""
    return tuple(one.cause for one in given)
