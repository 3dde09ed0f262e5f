"""Updates: what is said of an action from time to time, asked for before it is due, and missed where nobody says it."""
