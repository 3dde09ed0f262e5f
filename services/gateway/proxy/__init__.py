"""The door to the services: who is calling, may this role do this, how much and how often; then the caller's own token goes on."""
