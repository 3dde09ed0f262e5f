"""What sessions were worth: who has answered of whom, what was said, and what it changed."""
