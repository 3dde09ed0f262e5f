"""Children whom escalations concern: never named, found again by pseudonym."""
