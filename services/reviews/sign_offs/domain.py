"""Who does not sign a report off."""

from collections.abc import Collection

from shared.problems import Forbidden


class OwnReport(Forbidden):
    """Somebody who wrote in a report would sign it off."""

    code = "own_report"
    title = "Nobody signs off what she has written"
    cure = "Another person with the agency's vote, or her deputy, votes."


def must_not_be_author(subject: str, authors: Collection[str]) -> None:
    """Refuse the vote of who has written in the report."""
    if subject in authors:
        raise OwnReport("You have written in this report: another person of your agency, or your deputy, votes.")
