"""Invitations: a session's appointment on its way into each delegate's calendar, and what her calendar has answered."""
