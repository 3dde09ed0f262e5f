"""The quarterly report: what each quarter's escalations were, how long they took, and what is stuck."""
