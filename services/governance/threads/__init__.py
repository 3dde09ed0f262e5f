"""Threads: from incident, escalation or challenge through learning, action and training to signed and measured impact."""
