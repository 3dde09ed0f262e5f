"""Feeds: what is somebody's own here, as a calendar to which her program subscribes."""
