"""Invitations: a meeting's appointment on its way into each member's calendar, its changes, and its cancellation."""
