"""Delegations: one agency's dated leave to act for another, which the token then carries."""
