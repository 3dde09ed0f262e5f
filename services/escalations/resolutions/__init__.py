"""Resolutions: how an escalation ends, and that its raiser is told before it is closed."""
