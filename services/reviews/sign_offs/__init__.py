"""The three statutory partners sign a report off, or send it back: jointly, and this very text."""
