"""Learning: what an escalation teaches, where it goes, who takes it, and what changes by it."""
