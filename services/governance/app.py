"""What the governance service is."""

from pathlib import Path

from services.governance import jobs, load
from services.governance.agencies import api as agencies
from services.governance.agencies import commands as agency_commands
from services.governance.tables import Base
from shared.contracts import governance as events
from shared.service import Service

SERVICE = Service(
    name="governance",
    title="Governance",
    about="The register of agencies, the partnership's bodies and their members, contacts, and who acts for whom.",
    base=Base,
    migrations=Path(__file__).parent / "migrations",
    routers=(agencies.router,),
    publishes=(
        events.AgencyRegistered,
        events.AgencyChanged,
        events.AgencySucceeded,
        events.AgencyRestated,
    ),
    jobs=jobs.JOBS,
    loads=load.LOADS,
    restates={"agencies": agency_commands.restate},
)
