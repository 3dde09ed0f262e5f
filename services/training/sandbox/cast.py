"""Who is in the sandbox, which courses there are, and what they follow from; all of it plainly made up."""

from datetime import date
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from services.training.bookings.domain import Do

COUNCIL, POLICE, ICB, TRUST, SCHOOL = (
    "cheshire-east-council",
    "cheshire-constabulary",
    "nhs-cheshire-and-merseyside-icb",
    "mid-cheshire-hospitals-nhs-foundation-trust",
    "adlington-primary-school",
)
PEOPLE = {
    COUNCIL: ("Ada Ashdown", "Ben Birch", "Cleo Cobbold", "Dan Dale"),
    POLICE: ("Eli Elmes", "Fay Fenwick", "Gus Garland"),
    ICB: ("Hal Heron", "Ivy Ives"),
    TRUST: ("Jan Juniper", "Kay Kestrel", "Lou Larch"),
    SCHOOL: ("Max Maple",),
}
# The made-up escalations from which it was learnt that a course is needed.
LEARNT = {"seeing-neglect": (94, 98), "a-childs-day": (86,), "at-home-and-unwell": (26, 38)}
COURSES: tuple[dict[str, Any], ...] = (
    {"code": "seeing-neglect", "title": "Seeing neglect early", "themes": ["Neglect"], "series": "learning-week"},
    {
        "code": "a-childs-day",
        "title": "A day in the child's life",
        "themes": ["Voice of the child"],
        "series": "learning-week",
    },
    {
        "code": "exploited-online",
        "title": "Exploited online",
        "themes": ["Child exploitation"],
        "series": "learning-week",
    },
    {
        "code": "at-home-and-unwell",
        "title": "A parent who is unwell",
        "themes": ["Joined up practice"],
        "series": "learning-week",
    },
    {"code": "challenge-well", "title": "How to… challenge a decision", "themes": ["Escalation"], "series": "how-to"},
)
LISTS: tuple[dict[str, Any], ...] = (
    {
        "name": "Designated safeguarding leads of schools",
        "email": "school-leads@lists.example",
        "agency_id": None,
        "series": ["bitesize", "how-to"],
    },
    {
        "name": "Front-door team",
        "email": "front-door@lists.example",
        "agency_id": COUNCIL,
        "series": ["bitesize", "spotlight-on"],
    },
)
NUMBERED = "0199b8a4-3c00-7000-8000-{:012d}"
HELD_WEEK, NEXT_WEEK = date(2026, 9, 21), date(2026, 10, 12)
LONG_AGO = date(2026, 6, 17)
LONG_COURSE: dict[str, Any] = {
    "code": "exploitation-whole-day",
    "title": "Exploitation: a whole day",
    "themes": ["Child exploitation"],
    "series": None,
    "evaluation": "full",
    "length_minutes": 360,
    "about": "Made up for the sandbox.",
}
WAYS = (Do.ATTEND, Do.ATTEND, Do.ATTEND, Do.PART_ATTEND, Do.ATTEND, Do.MISS)


def person_id(agency_id: str, role: str) -> str:
    """The subject of the sandbox's person of this role at this agency, which the gateway makes by the same rule."""
    return str(uuid5(NAMESPACE_URL, f"https://sandbox.example/people/{agency_id}/{role}"))
