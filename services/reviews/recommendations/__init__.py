"""What reviews recommend: numbered, owned, SMART, accepted or not, and what became of each."""
