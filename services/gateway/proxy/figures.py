"""What is counted at the door: who was turned away and why, and how the services behind it answer."""

from prometheus_client import Counter, Gauge, Histogram

TURNED_AWAY = Counter("safer_turned_away_total", "Requests that went no further than the gateway's threshold.", ["why"])
UNDER_WAY = Gauge("safer_under_way", "Requests that the gateway is answering at this moment.")
UPSTREAM_SECONDS = Histogram(
    "safer_upstream_seconds", "From passing a request on to the end of its answer.", ["service"]
)
UPSTREAM_FAILURES = Counter(
    "safer_upstream_failures_total", "Requests passed on that were not answered whole.", ["service", "why"]
)
