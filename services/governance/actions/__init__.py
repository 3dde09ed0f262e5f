"""Actions: what is to be done, by whom, until when, by what it will be known to have worked, and how far it has come."""
