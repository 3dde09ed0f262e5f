"""What online meetings export of who was there."""
