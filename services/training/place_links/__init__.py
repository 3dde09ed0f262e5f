"""Place links: the link in a letter by which a delegate takes the place that she is offered, or gives hers back, without signing in."""
