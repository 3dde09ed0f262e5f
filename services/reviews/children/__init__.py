"""Children whom reviews concern: never named, found again by pseudonym."""
