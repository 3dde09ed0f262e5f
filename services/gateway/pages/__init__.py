"""What people see of the gateway: plain HTML that works without scripts, by keyboard, and at any size of type."""
