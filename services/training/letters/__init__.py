"""Letters: what an agency's contact is told by e-mail of its people's bookings, and the business unit of registers left open."""
