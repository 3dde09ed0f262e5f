"""A service's children: known by pseudonyms, found again by their numbers, matched by a person, opened with a reason."""
