"""Brokers for the tests: a real one from its published jars, and one in memory whose faults can be chosen."""
