"""Letters: what an agency's contact is told of reviews by e-mail, with nothing about the child in it."""
