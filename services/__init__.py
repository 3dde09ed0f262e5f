"""The five services of the suite, each behind its own wall; `python -m services` runs them."""
