"""When the records of this service are over."""

from sqlalchemy import any_, case

from services.governance.actions.domain import OVER
from services.governance.actions.models import Action, ActionEntry
from services.governance.keeping.models import LegalHold, LegalHoldEntry, RetentionPeriod
from shared.keeping.queries import Keeping, Kept, last_step
from shared.scoping import AGENCIES

KEEPING = Keeping(
    LegalHold,
    LegalHoldEntry,
    RetentionPeriod,
    (
        Kept(
            Action,
            "governance.action",
            ended=case((Action.status.in_(sorted(OVER)), last_step(ActionEntry, ActionEntry.action_id, Action.id))),
            reference=Action.reference,
            own=Action.lead_agency_id == any_(AGENCIES),
        ),
    ),
)
