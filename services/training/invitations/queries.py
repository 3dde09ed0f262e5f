"""Reads what delegates' calendars have answered."""

from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, select

from services.training.invitations.models import Invitation
from shared.invitations.domain import Occasion


def newest_of(session_id: ColumnElement[UUID], guest_id: ColumnElement[UUID]) -> FromClause:
    """The newest state of the appointment that was written to a guest, beside her row in a statement."""
    of_her = (
        Invitation.session_id == session_id,
        Invitation.guest_id == guest_id,
        Invitation.occasion == Occasion.INVITATION,
    )
    columns = (Invitation.answer, Invitation.answered_at)
    return select(*columns).where(*of_her).order_by(Invitation.sequence.desc()).limit(1).lateral("newest")
