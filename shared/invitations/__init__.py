"""Invitations that land in calendars: what stands in whose, the letters that bring it there, and the answers that come back.

A service makes its table (`models.py`), says once what is invited to and in which words (`Invitations`, `Wording`), and then
what is to stand in whose calendar: `tell` writes to those in whose calendar it stands otherwise, and to nobody else.
"""
