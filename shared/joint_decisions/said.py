"""What the letters about votes say; pure."""

from collections.abc import Mapping

from shared.joint_decisions.domain import Do
from shared.letters.domain import Said

VOTES_ASKED, VOTES_CLIMBED, VOTES_REMINDED = "votes_asked", "votes_climbed", "votes_reminded"
VOTES_ENDED = "votes_ended"
VOTES: Mapping[str, Said] = {
    VOTES_ASKED: Said(
        "a joint decision", "The votes of the three statutory partners are asked for: {question}. Round {round}."
    ),
    VOTES_CLIMBED: Said(
        "for the chiefs to decide",
        "The delegated partners {why}: {question}. It is now for the three lead partners, whose votes are asked for. "
        "Round {round}.",
    ),
    VOTES_REMINDED: Said(
        "a vote is awaited", "The vote of your agency in a joint decision is still awaited: {question}. Round {round}."
    ),
    VOTES_ENDED: Said(
        "a joint decision has ended",
        "What your agency has asked the three statutory partners is at its end: {question}. What came of it is with it.",
    ),
}
CLIMBED = {Do.DISSENT: "have voted differently", Do.SILENCE: "have not all voted in time"}
