"""Due dates: how a date is brought forward by who does the action, and moved later by who does not."""
