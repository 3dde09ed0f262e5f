"""Calendars: sessions stand in those of whoever has a place, as they are, and in nobody else's."""
