"""The schema of reviews, revision by revision."""
