"""Notifications: the council's forms to the national Panel, which nothing and nobody can block."""
