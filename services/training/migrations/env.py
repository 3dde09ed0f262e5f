"""Alembic's entry: migrates this service's schema over the connection that it is given."""

from services.training.app import SERVICE
from shared.migrations import run_env

run_env(SERVICE.base.metadata)
