"""The schema of governance, revision by revision."""
