"""Makes and revokes the addresses of feeds."""

from services.governance.feeds.models import Feed
from services.governance.suspensions.models import SUSPENSIONS
from shared.feeds.commands import Feeds

FEEDS = Feeds(Feed, SUSPENSIONS)
