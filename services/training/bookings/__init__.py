"""Bookings: who has a place at a session, who waits for one, and in which order; each delegate in exactly one status."""
