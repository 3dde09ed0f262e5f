"""Contacts: whom an agency names to be reached, when, and who serves while that person is away."""
