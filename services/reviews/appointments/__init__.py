"""Appointments: who is named for a case's panel and who chairs it, what conflicts, and who is let go."""
