"""The operations on one's own feed."""

from services.governance.feeds.commands import FEEDS
from services.governance.feeds.queries import entries
from shared.feeds.api import Doors, feed
from shared.policy import governance_meetings as policy
from shared.routing import Router

router = Router(tags=["feeds"])
feed(
    router, FEEDS, Doors(policy.READ_FEED, policy.MAKE_FEED, policy.REVOKE_FEED, "Meetings of the partnership", entries)
)
