"""Distribution lists: whom an open session invites."""

from services.training.distribution_lists.domain import invited


def test_named_first_then_subscribed_each_once() -> None:
    named, subscribed = ["B@b.example", "a@a.example"], ["c@c.example", "b@b.example"]
    assert invited(named, subscribed) == ("b@b.example", "a@a.example", "c@c.example")
    assert invited([], []) == ()
