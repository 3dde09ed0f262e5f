"""What the requests about who takes part in a review say."""

from shared.schemas import AgencyId, Prose, Worded


class Involvement(Worded):
    """Which agency, and why."""

    agency_id: AgencyId
    reason: Prose
