"""Place links: the link in a letter by which a delegate gives her place back without signing in."""
