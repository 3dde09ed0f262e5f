"""What a scope allows, in words for the page on which somebody agrees to it."""

WORDS = {
    "openid": "know who you are: your name and your agency",
    "escalations.read": "see the escalations that you may see",
    "escalations.write": "raise and answer escalations in your name",
    "governance.read": "see the register of agencies, bodies and contacts",
    "governance.write": "change the register of agencies, bodies and contacts as you may",
    "reviews.read": "see the incidents and reviews that you may see",
    "reviews.write": "work on incidents and reviews as you may",
    "training.read": "see the training programme and the bookings that you may see",
    "training.write": "book training and keep its registers as you may",
    "gateway.read": "see your agency’s people and systems",
    "gateway.write": "manage your agency’s people and systems as you may",
    "reports.read": "see the reports that you may see",
    "events.read": "be told of what happens, as you may be told",
}


def in_words(scope: str) -> str:
    """The scope as a clause after “it may use your roles to”; its own name where it has no words yet."""
    return WORDS.get(scope, scope)
