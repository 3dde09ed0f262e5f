"""Terms of reference: each version that a body has adopted, and when the last one is due for its review."""
