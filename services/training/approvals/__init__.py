"""Approvals: what an agency wants asked before its people go, and what its lead answered."""
