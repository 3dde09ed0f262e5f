"""Identities: which child it is. Found again by identifier, opened with a reason, and merged when a person says so."""
