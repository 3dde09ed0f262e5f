"""Offers: whoever is next on a waiting list is offered the place that comes free, and every departure from the order has its reason."""
