"""Briefs: what a task-and-finish group is to do, by when, overseen by whom; and what it leaves behind when it closes."""
