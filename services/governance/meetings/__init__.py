"""Meetings: a body is convened, meets, and minutes what it did, which its next meeting approves."""
