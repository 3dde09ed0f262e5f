"""The last look at a report: what could identify a child is found, a second person reads it, and it is published."""
