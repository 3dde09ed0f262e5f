"""Sign-in: a code that is shown at the session, and the page on which a delegate types her address on her own device."""
