"""Reminders: duties called to mind before they run out."""
