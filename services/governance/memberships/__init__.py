"""Memberships: who sits on which body, for which agency, from when to when, and with which roles."""
