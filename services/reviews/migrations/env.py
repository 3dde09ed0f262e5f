"""Alembic's entry: migrates this service's schema over the connection that it is given."""

from services.reviews.app import SERVICE
from shared.migrations import run_env

run_env(SERVICE.base.metadata)
