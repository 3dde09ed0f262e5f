"""One-time links: a contact without an account acknowledges or answers a challenge by the link in a letter, once."""
