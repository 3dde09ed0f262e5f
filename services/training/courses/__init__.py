"""Courses and their series: what training there is, for whom, how deep, and which learning asked for it."""
