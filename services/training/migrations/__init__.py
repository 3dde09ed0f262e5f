"""The schema of training, revision by revision."""
