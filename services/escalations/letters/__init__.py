"""Letters: what an agency's contact is told by e-mail, with nothing about the child in it, and the link to answer by."""
