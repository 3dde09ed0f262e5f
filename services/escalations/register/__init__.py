"""What this service knows of agencies and their contacts: a read model that governance's events feed."""
