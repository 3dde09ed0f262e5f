"""What letters there are to agencies about training, and what each says."""

from collections.abc import Mapping
from enum import StrEnum

from shared.letters.domain import NOBODY_TOLD, Said


class Occasion(StrEnum):
    """Why somebody is told."""

    APPROVAL_ASKED = "approval_asked"
    APPROVAL_ASKED_AGAIN = "approval_asked_again"
    REGISTER_OPEN = "register_open"
    NOBODY_TOLD = NOBODY_TOLD


O = Occasion  # noqa: E741 - the table is read by its rows
SAID: Mapping[str, Said] = {
    O.APPROVAL_ASKED: Said(
        "may {person} go?",
        "{person} of your agency asks for a place at {course}, {when}, and your agency approves its people's bookings. She has "
        "no place until somebody does, and none if nobody has when booking closes.",
    ),
    O.APPROVAL_ASKED_AGAIN: Said(
        "may {person} go? No answer yet",
        "{person} of your agency asked for a place at {course}, {when}, and nobody has approved or declined it. Others are given "
        "places meanwhile; when booking closes, her request ends.",
    ),
    O.REGISTER_OPEN: Said(
        "a register is not closed",
        "{course}, {when}, is over, and its register is not closed. Until it is, nobody is counted, asked what it was worth or "
        "given a certificate. Who holds it: {trainers}.",
    ),
}
PATHS: Mapping[str, str] = {
    "training.booking": "/training/v1/bookings/{id}",
    "training.session": "/training/v1/sessions/{id}/attendance",
}
