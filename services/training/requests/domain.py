"""What stands between a team and its places."""

from shared.problems import Conflict


class NotTogether(Conflict):
    """Not all of the team would have a place, and they come together or not at all."""

    code = "not_together"
    title = "There are not places for all"
    cure = "Book without `together`, and whoever finds none waits."
