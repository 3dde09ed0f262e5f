"""Successions: what an ended agency's people have still ahead of them is its successor's."""
