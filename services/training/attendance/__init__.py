"""Attendance: who signed in, what the register and the meeting's export say, and whether it all fits together."""
