"""Brings the partnership's published reviews in from a reviewed file: all of it, or nothing."""

from datetime import date
from pathlib import Path
from typing import Annotated, Any
from uuid import NAMESPACE_URL, UUID, uuid5

from pydantic import Field
from sqlalchemy import insert

from services.reviews.keeping.queries import KEEPING
from services.reviews.learning.commands import RETENTION as LEARNING_RETENTION
from services.reviews.learning.commands import publish as tell_of_point
from services.reviews.learning.domain import Kind as PointKind
from services.reviews.learning.domain import Status as PointStatus
from services.reviews.learning.domain import Theme
from services.reviews.learning.models import LearningPoint
from services.reviews.practice_reviews import queries as reviews
from services.reviews.practice_reviews.commands import RETENTION, publish_event
from services.reviews.practice_reviews.domain import Do, Kind, Part, Status, faults_of_letters, noon
from services.reviews.practice_reviews.models import PracticeReview, ReportPart, ReviewLetter
from services.reviews.recommendations.commands import enter as enter_recommendation
from services.reviews.recommendations.domain import Status as RecommendationStatus
from shared.acting import LOADED
from shared.contracts import practice_reviews as events
from shared.db import Database, Tx
from shared.keeping.schedule import loading
from shared.loading import BadFile, Load, Progress
from shared.reference import LENIENT, Record, Text, read
from shared.settings import Settings

DATA = Path(__file__).parent / "data"
OWN_REVIEWS = DATA / "published-reviews.yaml"
CODE = r"^[a-z0-9]+(-[a-z0-9]+)*$"


class _Part(Record):
    part: Annotated[Part, LENIENT]
    heading: Text
    text: Text


class _Point(Record):
    heading: Text
    theme: Annotated[Theme, LENIENT]
    text: Text


class _Recommendation(Record):
    heading: Text
    learning: list[int]
    theme: Annotated[Theme, LENIENT]
    owner_body_id: Annotated[str, Field(pattern=CODE)]
    text: Text


class _Review(Record):
    code: Annotated[str, Field(pattern=CODE)]
    name: Text
    kind: Annotated[Kind, LENIENT]
    letters: list[str]
    areas: list[Text]
    published: Text
    published_on: date | None
    public_by: date
    source: Text
    pages: Text
    parts: list[_Part]
    learning: list[_Point]
    recommendations: list[_Recommendation]


class _File(Record):
    reviews: list[_Review]


def read_reviews(path: Path) -> list[_Review]:
    """The reviews of a file, each right by itself and among the others. BadFile names row and field."""
    found = read(path, _File).reviews
    codes: dict[str, int] = {}
    letters: dict[str, int] = {}
    for row, review in enumerate(found, start=1):
        for fault in faults_of_letters(review.letters):
            raise BadFile(path, fault.message, row=row, column=fault.path)
        if codes.setdefault(review.code, row) != row:
            raise BadFile(path, f"{review.code} stands in row {codes[review.code]} already.", row=row, column="code")
        for letter in review.letters:
            if letters.setdefault(letter, row) != row:
                raise BadFile(path, f"{letter} was given in row {letters[letter]}.", row=row, column="letters")
        if len({part.part for part in review.parts}) < len(review.parts):
            raise BadFile(path, "a part stands twice.", row=row, column="parts")
        _refuse_unknown_learning(path, row, review)
    return found


def _refuse_unknown_learning(path: Path, row: int, review: _Review) -> None:
    for number, recommendation in enumerate(review.recommendations, start=1):
        for point in recommendation.learning:
            if not 1 <= point <= len(review.learning):
                message = f"there is no learning point {point}; the review has {len(review.learning)}."
                raise BadFile(path, message, row=row, column=f"recommendations.{number}.learning")


async def load_reviews(database: Database, _: Settings, path: Path, progress: Progress) -> str:
    """Enter the reviews that are not there yet; a sentence on how many. BadFile changes nothing."""
    found = read_reviews(path)
    added = recommendations = 0
    async with database.transaction() as tx:
        for done, (row, review) in enumerate(enumerate(found, start=1), start=1):
            if await _enter(tx, path, row, review):
                added += 1
                recommendations += len(review.recommendations)
            progress(done, len(found))
    return f"Published reviews: {added} new of {len(found)}, with {recommendations} recommendations."


async def _enter(tx: Tx, path: Path, number: int, review: _Review) -> bool:
    """Enter one published review; False where it is there."""
    review_id = id_of(review.code)
    if await tx.scalar(reviews.status_of(review_id)):
        return False
    if given := sorted(set(review.letters) & set(await reviews.letters(tx))):
        message = f"{', '.join(given)}: given to a child of another review already."
        raise BadFile(path, message, row=number, column="letters")
    row: dict[str, Any] = {
        "id": review_id,
        "version": 1,
        "status": Status.PUBLISHED,
        "kind": review.kind,
        "name": review.name,
        "areas": review.areas,
        "commissioned_at": tx.now,
        "published_on": review.published_on,
        "published": review.published,
        "causes": [],
        "source": {"document": review.source, "place": f"pages {review.pages}"},
        "retention_class": RETENTION,
    }
    await tx.execute(insert(PracticeReview), row)
    for letter in review.letters:
        await tx.execute(insert(ReviewLetter), {"letter": letter, "practice_review_id": review_id})
    for part in review.parts:
        written = {"practice_review_id": review_id, "part": part.part, "text": part.text, "written_at": tx.now}
        await tx.execute(insert(ReportPart), written)
    await reviews.HISTORY.append(tx, LOADED, {"id": review_id, "status": Status.PUBLISHED}, Do.PUBLISH)
    await publish_event(tx, row, Status.PUBLISHED, events.PracticeReviewPublished, at=noon(review.public_by))
    points = [await _enter_point(tx, review, review_id, number, one) for number, one in enumerate(review.learning, 1)]
    for number, recommendation in enumerate(review.recommendations, start=1):
        await _enter_recommendation(tx, review, review_id, number, recommendation, points)
    return True


async def _enter_point(tx: Tx, review: _Review, review_id: UUID, number: int, point: _Point) -> UUID:
    row: dict[str, Any] = {
        "id": id_of(f"{review.code}/learning/{number}"),
        "version": 1,
        "status": PointStatus.DRAWN,
        "kind": PointKind.LEARNING,
        "theme": point.theme,
        "practice_review_id": review_id,
        "rapid_review_id": None,
        "number": number,
        "text": point.text,
        "drawn_at": noon(review.public_by),
        "drawn_by": LOADED.subject,
        "source": _source(review, point.heading),
        "retention_class": LEARNING_RETENTION,
    }
    await tx.execute(insert(LearningPoint), row)
    await tell_of_point(tx, row, events.LearningPointDrawn, at=row["drawn_at"])
    point_id: UUID = row["id"]
    return point_id


async def _enter_recommendation(
    tx: Tx, review: _Review, review_id: UUID, number: int, one: _Recommendation, points: list[UUID]
) -> None:
    row = {
        "id": id_of(f"{review.code}/recommendations/{number}"),
        "version": 1,
        "status": RecommendationStatus.MADE,
        "practice_review_id": review_id,
        "rapid_review_id": None,
        "number": number,
        "theme": one.theme,
        "text": one.text,
        "lead_agency_id": None,
        "owner_body_id": one.owner_body_id,
        "measure": None,
        "by_when": None,
        "made_at": noon(review.public_by),
        "source": _source(review, one.heading),
        "retention_class": LEARNING_RETENTION,
    }
    await enter_recommendation(tx, LOADED, row, [points[number - 1] for number in one.learning])


def id_of(place: str) -> UUID:
    """The id of what was published: the same in every installation, so that loading again finds it."""
    return uuid5(NAMESPACE_URL, f"https://safer.example/reviews/{place}")


def _source(review: _Review, heading: str) -> dict[str, str]:
    return {"document": review.source, "place": f"pages {review.pages}, {heading}"}


LOADS = {
    "published-reviews": Load("The published practice reviews, with what they recommend.", load_reviews, OWN_REVIEWS),
    "retention": loading(KEEPING.period),
}
