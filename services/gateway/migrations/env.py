"""Run by Alembic: migrates the gateway's schema over the connection that it is given."""

from services.gateway.models import Base
from shared.migrations import run_env

run_env(Base.metadata)
