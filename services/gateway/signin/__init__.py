"""How people sign in at the partnership itself: an email address, a password, and a code from their authenticator app."""
