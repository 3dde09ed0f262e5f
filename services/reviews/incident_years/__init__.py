"""Years of serious incidents: each is told when it is over, one in which none was notified as loudly as any other."""
