"""Suspensions: whom the gateway does not let in, for letters and for addresses that ask for no token."""
