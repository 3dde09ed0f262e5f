"""Optimistic concurrency: the strong ETag of a record's version, and the If-Match that an edit must carry."""

import re

from shared.problems import Problem

STRONG = re.compile(r'"[^"]*"')


class PreconditionRequired(Problem):
    """The change does not say which version it changes."""

    status = 428
    code = "if_match_missing"
    title = "If-Match is missing"
    cure = "Send the `ETag` that you read."


class PreconditionFailed(Problem):
    """Somebody changed the record since the caller read it."""

    status = 412
    code = "stale"
    title = "The record has changed"
    cure = "Read it again, then repeat."


def etag(version: int) -> str:
    """The strong entity tag of a version."""
    return f'"{version}"'


def must_match(if_match: str | None, version: int) -> None:
    """Refuse an edit of another version: PreconditionRequired without `If-Match`, PreconditionFailed when stale."""
    if not if_match:
        raise PreconditionRequired("Send If-Match with the ETag of the version that you read.")
    tags = [tag.strip() for tag in if_match.split(",")]
    if not all(STRONG.fullmatch(tag) for tag in tags):
        raise PreconditionFailed(f"If-Match names an ETag as it was sent, with its quotation marks: {etag(1)}.")
    if etag(version) not in tags:
        raise PreconditionFailed("Somebody changed this since you read it. Read it again, then repeat your change.")
