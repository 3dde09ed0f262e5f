"""Serious incidents: referred by any agency, considered, notified by the council or, by all three partners, not notified."""
