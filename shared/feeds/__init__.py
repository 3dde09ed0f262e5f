"""Feeds: a person's own calendar of one service, to which her calendar program subscribes by a secret address.

A service makes its table (`models.py`), reads what stands in somebody's calendar, and adds the operations (`api.feed`).
"""
