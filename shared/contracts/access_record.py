"""What every service tells of its access record: a signed head, kept wherever the event is kept."""

from datetime import datetime

from shared.events import Event


class _Sealed(Event):
    """The head of the sealed access record; `subject` is the service."""

    log: str
    size: int
    root: str
    sealed_at: datetime
    public_key: str
    signature: str


class GatewayRecordSealed(_Sealed, type="gateway.access_record.sealed.v1"):
    """Entries of the access record have been sealed, and all before them are as they were: the signed head."""


class GovernanceRecordSealed(_Sealed, type="governance.access_record.sealed.v1"):
    """Entries of the access record have been sealed, and all before them are as they were: the signed head."""


class EscalationsRecordSealed(_Sealed, type="escalations.access_record.sealed.v1"):
    """Entries of the access record have been sealed, and all before them are as they were: the signed head."""


class ReviewsRecordSealed(_Sealed, type="reviews.access_record.sealed.v1"):
    """Entries of the access record have been sealed, and all before them are as they were: the signed head."""


class TrainingRecordSealed(_Sealed, type="training.access_record.sealed.v1"):
    """Entries of the access record have been sealed, and all before them are as they were: the signed head."""


SEALED: dict[str, type[_Sealed]] = {
    event.service(): event
    for event in (
        GatewayRecordSealed,
        GovernanceRecordSealed,
        EscalationsRecordSealed,
        ReviewsRecordSealed,
        TrainingRecordSealed,
    )
}
