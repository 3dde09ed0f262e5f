"""Rapid reviews: what happened and what follows from it, within the working days that the rule gives; mandatory once notified."""
