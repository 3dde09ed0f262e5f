"""Attendance: who came to a meeting, in whose place, and whether the three statutory partners were there."""
