"""Makes and revokes the addresses of feeds."""

from services.training.feeds.models import Feed
from services.training.register.models import SUSPENSIONS
from shared.feeds.commands import Feeds

FEEDS = Feeds(Feed, SUSPENSIONS)
