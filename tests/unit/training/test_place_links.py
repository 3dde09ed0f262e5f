"""What a place's link says: an offer with its end, and why there is nothing to take or to give back."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.training.bookings.domain import Status
from services.training.offers.domain import OfferOver, must_stand, stands
from services.training.place_links.domain import Stands, booking_of, letter, token, why_nothing
from services.training.sessions.domain import Status as SessionStatus
from shared.db import new_id

UNTIL = datetime(2026, 10, 9, 16, 0, tzinfo=UTC)


def test_an_offer_stands_to_its_last_instant_and_none_stands_where_there_is_none() -> None:
    moments = (UNTIL - timedelta(seconds=1), UNTIL, UNTIL + timedelta(microseconds=1))
    assert [stands(UNTIL, now) for now in moments] == [True, True, False]
    must_stand(UNTIL, UNTIL)
    for until, now in ((UNTIL, moments[2]), (None, UNTIL)):
        with pytest.raises(OfferOver):
            must_stand(until, now)


@pytest.mark.parametrize(
    ("status", "more", "subject", "says"),
    [
        (Status.OFFERED, {"until": UNTIL}, "A place for you", "until Friday 9 October 2026, 17:00."),
        (Status.WAITING, {}, "You are on the waiting list", "You have no place yet"),
        (Status.WAITING, {"lapses": 1}, "The offer has passed", "You wait on, behind those"),
        (
            Status.WAITING,
            {"lapses": 1, "closed": True, "why": "Booking closed."},
            "No place came free",
            "wait for it no longer",
        ),
        (Status.DECLINED, {"why": "We are three that day."}, "You have no place", "Why: We are three that day."),
        (Status.COURSE_CANCELLED, {"why": "The trainer is ill."}, "Called off", "Why: The trainer is ill."),
    ],
)
def test_a_letter_says_course_time_place_and_where_she_stands(
    status: Status, more: dict[str, Any], subject: str, says: str
) -> None:
    stands = Stands(
        status=status, course="Neglect", when="Wednesday 4 November 2026, 12:00 to 13:00", place="Westfields", **more
    )
    about, text = letter(stands, "https://x/y")
    assert about == f"{subject}: Neglect"
    assert text.startswith("Neglect, Wednesday 4 November 2026, 12:00 to 13:00. Westfields.\n\n")
    assert says in text
    waits = status is Status.WAITING and not more.get("closed")
    assert text.endswith("\nhttps://x/y\n") is (waits or status is Status.OFFERED)


def test_a_link_is_for_one_booking_and_one_key() -> None:
    key, other, booking_id = "01" * 32, "02" * 32, new_id()
    assert booking_of(token(key, booking_id), other, key) == booking_id
    assert booking_of(token(key, booking_id), other) is None


@pytest.mark.parametrize(
    ("booking", "session", "lapses", "heading"),
    [
        (Status.COURSE_CANCELLED, SessionStatus.CALLED_OFF, 0, "This session does not take place"),
        (Status.CANCELLED_LATE, SessionStatus.CALLED_OFF, 0, "This session does not take place"),
        (Status.ATTENDED, SessionStatus.HELD, 0, "This session is over"),
        (Status.OFFERED, SessionStatus.PLANNED, 0, "The offer has passed"),
        (Status.WAITING, SessionStatus.PLANNED, 1, "The offer has passed"),
        (Status.WAITING, SessionStatus.PLANNED, 0, "You are on the waiting list"),
        (Status.CANCELLED_IN_TIME, SessionStatus.PLANNED, 1, "You have no place at this session"),
        (Status.TRANSFERRED, SessionStatus.PLANNED, 0, "You have no place at this session"),
    ],
)
def test_where_there_is_nothing_to_take_or_give_back_it_says_why(
    booking: Status, session: SessionStatus, lapses: int, heading: str
) -> None:
    assert why_nothing(booking, session, lapses)[0] == heading
    closed = why_nothing(booking, session, lapses, closed=True)[0]
    assert closed == ("No place came free" if booking is Status.WAITING else heading)
    begun = why_nothing(booking, session, lapses, begun=True)[0]
    assert begun == (heading if session is not SessionStatus.PLANNED else "This session has begun")
