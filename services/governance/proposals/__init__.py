"""Proposals: actions before they run, how they are worded and agreed to, and when another takes the place of one."""
