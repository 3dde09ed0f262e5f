"""Systems and front ends: registered by their agency's lead within what the partnership grants that agency."""
