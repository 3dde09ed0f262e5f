"""When the records of this service are over, and what each belongs to."""

from sqlalchemy import case, func

from services.escalations.break_glass.models import BreakGlass, Opened
from services.escalations.children.models import Child, Concerned, Match
from services.escalations.escalations.models import Escalation
from services.escalations.escalations.queries import IS_PARTY
from services.escalations.keeping.models import LegalHold, LegalHoldEntry, RetentionPeriod
from services.escalations.learning.domain import Status as LearningStatus
from services.escalations.learning.models import LearningPoint
from services.escalations.letters.models import Letter
from services.escalations.notes.models import Note
from services.escalations.notes.queries import IS_PARTY as IS_NAMED
from shared.keeping.queries import Keeping, Kept, Within, day_of

LEFT = func.coalesce(Escalation.closed_at, Escalation.withdrawn_at, Escalation.redirected_at)
LEARNT = case(
    (LearningPoint.status == LearningStatus.NO_LEARNING, LearningPoint.recorded_at), else_=LearningPoint.closed_at
)

KEEPING = Keeping(
    LegalHold,
    LegalHoldEntry,
    RetentionPeriod,
    (
        Kept(
            Escalation,
            "escalations.escalation",
            ended=day_of(LEFT),
            reference=Escalation.reference,
            own=IS_PARTY,
        ),
        Kept(Note, "escalations.note", ended=day_of(Note.noted_at), own=IS_NAMED),
        Kept(LearningPoint, ended=day_of(LEARNT), within=(Within(Escalation, LearningPoint.escalation_id),)),
        Kept(Letter, within=(Within(Escalation, Letter.escalation_id),)),
        Kept(Match, within=(Within(Escalation, Match.escalation_id),)),
        Kept(Child, within=(Within(Escalation, Child.id, through=(Concerned.child_id, Concerned.escalation_id)),)),
        Kept(
            BreakGlass,
            "escalations.break_glass",
            ended=day_of(BreakGlass.reviewed_at),
            within=(Within(Escalation, BreakGlass.id, through=(Opened.break_glass_id, Opened.escalation_id)),),
        ),
    ),
)
