"""The operations on one's own feed."""

from services.training.feeds.commands import FEEDS
from services.training.feeds.queries import entries
from shared.feeds.api import Doors, feed
from shared.policy import training as policy
from shared.routing import Router

router = Router(tags=["feeds"])
feed(router, FEEDS, Doors(policy.READ_FEED, policy.MAKE_FEED, policy.REVOKE_FEED, "Training", entries))
