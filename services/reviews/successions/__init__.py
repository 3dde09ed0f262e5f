"""Successions: what an agency was asked and has not done is its successor's, once it has ended."""
