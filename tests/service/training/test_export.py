"""The export: an agency's people with what became of them in training; of other agencies nobody, and no answers."""

from shared.policy import Role
from tests.service.exported import records, taken_out, whole
from tests.service.training.running import COUNCIL, POLICE, SCHOOL, Running


async def test_everything_of_ones_own(suite: Running) -> None:
    """Who was booked for what, by whom, and what was done; not who else was, nor who runs it; by a lead alone."""
    session = await suite.planned()
    booked = await suite.books(session, "robin")
    await suite.books(session, "sasha", SCHOOL)
    lead = suite.person(POLICE, Role.AGENCY_LEAD)
    archive = await taken_out(lead)
    (booking,) = records(archive, "bookings")
    assert (booking["id"], booking["email"], booking["booked_by"]) == (booked["id"], "robin@work.example", "robin")
    assert (booking["course_title"], booking["starts_at"]) == ("Understanding neglect", "2026-11-04T12:00:00Z")
    assert [(one["did"], one["actor"]) for one in records(archive, "booking_history")] == [("book", "robin")]
    assert "sasha" not in whole(archive)
    stand_in = suite.person(COUNCIL, Role.AGENCY_LEAD, acting_for=[POLICE[0]])
    assert records(await taken_out(stand_in), "bookings") == []
    for person in (suite.manager, suite.person(POLICE)):
        assert (await person.get("/export")).status_code == 403
