"""The accuracy check: agencies that take part say whether the facts in a report are right."""
