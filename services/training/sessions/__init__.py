"""Sessions of courses: when and where, with which trainers, how many places, and for whom some of them are kept."""
