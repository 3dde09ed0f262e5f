"""What this service knows of agencies and bodies: a read model that governance's events feed."""
