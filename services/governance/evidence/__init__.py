"""Evidence: what shows that something was done, or that it changed something; by a link and its hash, or in words."""
