"""Considerations: what becomes known of a case, what the partners think, and whether all three say that it need not be notified."""
