"""Evaluations: who is asked before, at the end and for impact; answered once, with an account or by the link of a letter."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from services.training.evaluations.models import Evaluation
from services.training.post import ERRANDS
from shared import errands
from shared.contracts import training as events
from shared.events import Cause
from shared.mail import NotDelivered
from shared.policy import Role
from tests.post_office import PostOffice, post_office
from tests.service.training.running import COUNCIL, ICB, POLICE, V1, Running

STARTS = datetime(2026, 11, 4, 12, 0, tzinfo=UTC)
FULL = {"evaluation": "full", "length_minutes": 180}
BEFORE = {"confident": 2, "knows_what_to_do": 3}
END = {"confident": 4, "knows_what_to_do": 4, "recommends": 1}
IMPACT = {"confident": 5, "knows_what_to_do": 2, "practice_changed": 1}
PAGE = {"accept": "text/html"}
PEOPLE = ("ann", "bea", "cat", "dot", "eve", "fay")


@pytest.fixture
async def office() -> AsyncIterator[PostOffice]:
    """A mail server."""
    async with post_office() as opened:
        yield opened


async def posted(suite: Running, office: PostOffice) -> list[tuple[str, str, str]]:
    """To whom the letters went that were due, their subjects, and the paths of their links."""
    office.letters.clear()
    settings = office.settings(suite.runtime.settings)
    await errands.run(suite.runtime.database, settings, ERRANDS[0])
    found = []
    for letter in office.letters:
        link = re.search(r"http://127\.0\.0\.1:8000(/training/v1/evaluation-links/\S+)", letter.get_content())
        assert link
        found.append((str(letter["To"]), str(letter["Subject"]), link[1]))
    return sorted(found)


async def held(suite: Running, *who: str, course: dict[str, Any] | None = None, missed: str = "") -> dict[str, Any]:
    """A session at which these were, except who missed it."""
    made = await suite.planned(course, places=20)
    for one in who:
        await suite.books(made, one)
    await suite.at(STARTS + timedelta(hours=2))
    await registered(suite, made, who, missed)
    await suite.manager.does(f"/sessions/{made['id']}", "hold")
    await suite.at(STARTS + timedelta(hours=3))
    return made


async def registered(suite: Running, made: dict[str, Any], who: tuple[str, ...], missed: str = "") -> None:
    """The register says who came, and who did not."""
    said = [
        {"email": f"{one}@work.example", "outcome": "did_not_attend" if one == missed else "attended"} for one in who
    ]
    await suite.registered(made, "register", delegates=said)


async def answers(suite: Running, who: str, moment: str, **given: int) -> dict[str, Any]:
    """Somebody answers with her account what she is asked at a moment."""
    one = suite.person(POLICE, subject=who)
    (mine,) = await one.items("/evaluations", mine=True, moment=moment)
    return await one.does(f"/evaluations/{mine['id']}", "answer", answers=given)


async def test_what_is_asked_no_more_is_not_sent_again(suite: Running, office: PostOffice) -> None:
    """Who answers while her letter is on its way has no other, though it has not left; nor does its fate touch a newer one."""
    await held(suite, "ann", "bea", course=FULL)
    errand, database = ERRANDS[0], suite.runtime.database
    async with database.transaction() as tx:
        ann, bea = sorted(await errand.take(tx, office.settings(suite.runtime.settings)), key=lambda row: row.email)
    await answers(suite, "ann", "end", **END)
    async with database.transaction() as tx:
        await errand.report(tx, ann, NotDelivered("smtp_450"))
        await tx.execute(update(Evaluation).where(Evaluation.id == bea.id).values(**errands.queued(tx)))
        await errand.report(tx, bea, None)
    assert [to for to, _, _ in await posted(suite, office)] == ["bea@work.example"]
    async with database.reading() as tx:
        assert await tx.scalar(select(Evaluation.attempt_at).where(Evaluation.id == ann.id)) is None


async def test_before_at_the_end_and_what_it_changed(suite: Running, office: PostOffice) -> None:
    made = await suite.planned(FULL, places=20)
    for one in PEOPLE:
        await suite.books(made, one)
    assert await suite.manager.items("/evaluations", session_id=made["id"]) == []
    await suite.at(STARTS - timedelta(days=7))
    assert {to for to, _, _ in await posted(suite, office)} == {f"{one}@work.example" for one in PEOPLE}
    for one in PEOPLE:
        before = await answers(suite, one, "before", **BEFORE)
    assert (before["status"], before["late"], before["due_at"]) == ("answered", False, "2026-11-04T12:00:00Z")
    ann = suite.person(POLICE, subject="ann")
    (booking,) = await ann.items("/bookings", mine=True)
    named = {"name": "Robin Madeup", "email": "Robin@work.example"}
    assert (await ann.does(f"/bookings/{booking['id']}", "manager", **named))["email"] == "robin@work.example"
    await suite.at(STARTS + timedelta(hours=1))
    await registered(suite, made, PEOPLE)
    await suite.manager.does(f"/sessions/{made['id']}", "hold")
    await suite.at(STARTS + timedelta(hours=2))
    for one in PEOPLE:
        await answers(suite, one, "end", **END)
    await suite.at(STARTS + timedelta(days=84, hours=1))
    asked = await posted(suite, office)
    assert len(asked) == len(PEOPLE) + 1
    (link,) = [path for to, _, path in asked if to == "robin@work.example"]
    shown = (await suite.client.get(link)).json()
    assert shown["audience"] == "manager"
    assert [one["code"] for one in shown["questions"]] == ["confident", "practice_changed"]
    assert shown["questions"][0]["text"].endswith("your colleague act on this at work?")
    done = await suite.client.post(link, json={"answers": {"confident": 4, "practice_changed": 1}})
    assert done.status_code == 200, done.text
    for one in PEOPLE:
        impact = await answers(suite, one, "impact", **IMPACT)
    assert [(one["code"], one["before"], one["answer"]) for one in impact["questions"]] == [
        ("confident", 2, 5),
        ("knows_what_to_do", 3, 2),
        ("practice_changed", None, 1),
    ]
    ((event, causes),) = [one for one in await suite.told("session") if one[0].type.endswith("impact_measured.v1")]
    assert isinstance(event, events.SessionImpactMeasured)
    assert causes == (Cause("training.course", made["course_id"]),)
    assert (event.asked, event.answered) == (7, 7)
    assert event.changes == (
        events.MeasuredChange(question="confident", compared=6, better=6, same=0, worse=0),
        events.MeasuredChange(question="knows_what_to_do", compared=6, better=0, same=0, worse=6),
    )
    await _figures(suite, made)


async def _figures(suite: Running, made: dict[str, Any]) -> None:
    """What was returned and what changed: the same for the lead of the only agency, and nothing for another's."""
    unit = suite.person(COUNCIL, Role.BUSINESS_UNIT)
    lines = (await unit.read("/figures/evaluations", session_id=made["id"]))["lines"]
    assert [(one["moment"], one["audience"]) for one in lines] == [
        ("before", "attendee"),
        ("end", "attendee"),
        ("impact", "attendee"),
        ("impact", "manager"),
    ]
    impact = lines[2]
    assert (impact["returned"]["numerator"], impact["returned"]["denominator"]) == (6, 6)
    assert impact["returned"]["denominator_is"].startswith("delegates who were there and, being in the sample")
    (confident,) = [one for one in impact["changes"] if one["question"] == "confident"]
    assert (confident["compared"], confident["mean_before"], confident["mean_after"]) == (6, 2.0, 5.0)
    assert lines[1]["answers"][0]["distribution"][3] == {"value": 4, "words": "Well", "count": 6}
    (manager,) = [one for one in lines if one["audience"] == "manager"]
    assert (manager["hidden"], manager["answers"][0]["answered"]) == (False, 1)
    lead = suite.person(POLICE, Role.AGENCY_LEAD)
    seen = (await lead.read("/figures/evaluations", course_id=made["course_id"], by="session"))["lines"]
    few = "1 has answered; what was said is not shown, for fewer than 5 said it at one session, or of one agency, and could be known by it."
    unseen = {"hidden": True, "hidden_why": few, "answers": []}
    assert seen[3] | {"key": "", "title": ""} == manager | unseen | {"key": "", "title": ""}
    assert {one["question"]: one["level"] for one in impact["answers"]} == {
        "confident": 2,
        "knows_what_to_do": 2,
        "practice_changed": 3,
    }
    assert (seen[2]["key"], seen[2]["changes"]) == (made["id"], impact["changes"])
    assert (await suite.person(ICB, Role.AGENCY_LEAD).read("/figures/evaluations"))["lines"] == []
    table = await suite.client.get(f"{V1}/figures/evaluations", headers=unit.headers | {"accept": "text/csv"})
    assert "impact,attendee,mean_after,confident,5,6" in table.text
    drawn = await suite.client.get(f"{V1}/figures/evaluations.csv", headers=lead.headers)
    assert "confident,impact-attendee,5,rate,shown" in drawn.text
    assert "confident,impact-manager,,rate,hidden" in drawn.text
    trainer = suite.person(COUNCIL, Role.TRAINER, subject="nobody")
    assert (await trainer.read("/figures/evaluations"))["lines"] == []


async def test_by_one_tap_from_a_letter_which_scanners_do_not_take(suite: Running, office: PostOffice) -> None:
    made = await held(suite, "sam", "kim", missed="kim")
    ((to, subject, link),) = await posted(suite, office)
    assert (to, subject) == ("sam@work.example", "Understanding neglect: your view")
    (asked,) = await suite.manager.items("/evaluations", session_id=made["id"])
    assert (asked["moment"], asked["status"], asked["told"], asked["delegate_name"]) == ("end", "asked", True, "Sam")
    for method in ("GET", "HEAD", "GET"):
        shown = await suite.client.request(method, link, headers=PAGE)
        assert shown.status_code == 200
    assert 'name="confident" value="4"' in shown.text
    assert (await suite.manager.items("/evaluations", session_id=made["id"])) == [asked]
    empty = await suite.client.post(f"{link}/form", data={})
    assert (empty.status_code, "Choose one answer" in empty.text) == (422, True)
    endless = await suite.client.post(f"{link}/form", data={"confident": "9" * 5000})
    assert endless.status_code == 422
    named = await suite.client.post(f"{link}/form", data={"confident": "4", "text": "Kelly Jones, 07700 900123"})
    assert (named.status_code, "read it again" in named.text) == (422, True)
    tapped = await suite.client.post(f"{link}/form", data={"confident": "4", "text": "More time for questions."})
    assert (tapped.status_code, "Thank you" in tapped.text) == (200, True)
    for again in (
        await suite.client.post(link, json={"answers": {"confident": 1}}),
        await suite.client.get(link),
        await suite.client.post(f"{link}/form", data={"confident": "1"}),
    ):
        assert again.status_code == 409
        assert "answered" in again.text
    whole = await suite.manager.read(f"/evaluations/{asked['id']}")
    assert (whole["questions"][0]["answer"], whole["text"]) == (4, "More time for questions.")
    unknown = await suite.client.get(link[:-3] + "xxx")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "link_not_found")
    ((event, causes),) = [
        one for one in await suite.told("evaluation") if isinstance(one[0], events.EvaluationAnswered)
    ]
    assert causes == (Cause("training.session", made["id"]),)
    assert not {"text", "answers", "email"} & event.data().keys()


async def test_who_sees_what(suite: Running) -> None:
    made = await held(suite, "sam", "kim")
    sam, kim = (suite.person(POLICE, subject=one) for one in ("sam", "kim"))
    (mine,) = await sam.items("/evaluations")
    path = f"/evaluations/{mine['id']}"
    assert (await kim.get(path)).status_code == 404
    lead, other = suite.person(POLICE, Role.AGENCY_LEAD), suite.person(ICB, Role.AGENCY_LEAD)
    assert len(await lead.items("/evaluations", session_id=made["id"])) == 2
    assert (await other.get(path)).status_code == 404
    refused = await lead.edit(path, {"answers": {"confident": 1}}, "answer")
    assert (refused.status_code, refused.json()["code"]) == (403, "not_your_evaluation")
    wrong = await sam.edit(path, {"answers": {"confident": 5, "useful": 1}}, "answer")
    assert [one["path"] for one in wrong.json()["errors"]] == ["answers.useful"]
    stale = await sam.edit(path, {"answers": {"confident": 4}}, "answer", etag='"7"')
    assert stale.status_code == 412
    await sam.does(path, "answer", answers={"confident": 4})
    twice = await sam.edit(path, {"answers": {"confident": 5}}, "answer")
    assert (twice.status_code, twice.json()["code"]) == (409, "already_answered")
    for who, seen in ((sam, 4), (suite.manager, 4), (lead, None)):
        assert (await who.read(path))["questions"][0]["answer"] == seen


async def test_reminded_lapsed_and_answered_late(suite: Running, office: PostOffice) -> None:
    made = await held(suite, "sam")
    await posted(suite, office)
    await suite.at(datetime(2026, 11, 9, 9, 0, tzinfo=UTC))
    ((_, subject, link),) = await posted(suite, office)
    assert subject.startswith("Reminder: ")
    await suite.at(datetime(2026, 11, 19, 0, 0, tzinfo=UTC))
    assert await posted(suite, office) == []
    (lapsed,) = await suite.manager.items("/evaluations", session_id=made["id"], overdue=True)
    assert (lapsed["status"], lapsed["reminded"], lapsed["due_at"]) == ("lapsed", 1, "2026-11-19T00:00:00Z")
    late = await suite.client.post(link, json={"answers": {"confident": 3}})
    assert late.status_code == 200, late.text
    (answered,) = await suite.manager.items("/evaluations", session_id=made["id"])
    assert (answered["status"], answered["late"]) == ("answered", True)
    await suite.at(STARTS + timedelta(days=56, hours=1))
    ((_, _, link),) = await posted(suite, office)
    await suite.at(STARTS + timedelta(days=90))
    refused = await suite.client.post(link, json={"answers": {"confident": 3}})
    assert (refused.status_code, refused.json()["code"]) == (409, "evaluation_lapsed")


async def test_a_certificate_after_the_evaluation_that_follows_the_register(suite: Running) -> None:
    made = await held(suite, "sam", course={"framework": "Made up", "length_minutes": 60})
    sam = suite.person(POLICE, subject="sam")
    assert await sam.items("/certificates") == []
    await answers(suite, "sam", "end", confident=4)
    (mine,) = await sam.items("/certificates", mine=True)
    check = mine["check"].removeprefix("http://127.0.0.1:8000")
    assert "sam" not in check.lower()
    holds = {"holds": True, "course_title": "Understanding neglect", "held_on": "2026-11-04"}
    assert (await suite.client.get(check)).json() == holds
    door, code = check.rsplit("/", 1)
    typed = await suite.client.get(f"{door}/{code.lower().replace('-', '')}", headers=PAGE)
    assert "This certificate holds" in typed.text
    printed = await sam.get(f"/certificates/{mine['id']}/pdf")
    assert (printed.status_code, printed.headers["content-type"]) == (200, "application/pdf")
    assert (await suite.person(POLICE, subject="kim").get(f"/certificates/{mine['id']}")).status_code == 404
    no = {"holds": False, "course_title": None, "held_on": None}
    await registered(suite, made, ("sam",), missed="sam")
    assert (await suite.client.get(check)).json() == no
    await suite.at(STARTS + timedelta(hours=4))
    revoked = await sam.read(f"/certificates/{mine['id']}")
    assert (revoked["status"], revoked["revoked_at"][:13]) == ("revoked", "2026-11-04T16")
    assert (await sam.get(f"/certificates/{mine['id']}/pdf")).json()["code"] == "certificate_revoked"
    await registered(suite, made, ("sam",))
    await suite.at(STARTS + timedelta(hours=5))
    assert (await suite.client.get(check)).json() == holds
    told = [event.type for event, _ in await suite.told("certificate")]
    assert told == [f"training.certificate.{did}.v1" for did in ("issued", "revoked", "reinstated")]
    assert (await suite.client.get(f"{V1}/certificate-checks/ABCD-EFGH")).json() == no


async def test_a_certificate_by_the_letters_link(suite: Running, office: PostOffice) -> None:
    """Most are booked by their lead and have no account: the link that asked leads to it, again and again, and while it holds."""
    made = await suite.planned(places=5)
    team = [{"name": name, "email": f"{name.lower()}@work.example"} for name in ("Ann", "Bea")]
    await suite.person(POLICE, Role.AGENCY_LEAD).made("/team-bookings", session_id=made["id"], delegates=team)
    await suite.at(STARTS + timedelta(hours=1))
    said = [{"email": team[0]["email"], "outcome": "attended"}, {"email": team[1]["email"], "outcome": "part_attended"}]
    await suite.registered(made, "register", delegates=said)
    await suite.manager.does(f"/sessions/{made['id']}", "hold")
    await suite.at(STARTS + timedelta(hours=2))
    (_, _, ann), (_, _, bea) = await posted(suite, office)
    assert (await suite.client.get(f"{ann}/certificate")).json()["code"] == "certificate_not_found"
    await suite.suspends(POLICE)
    assert (await suite.client.get(ann)).json()["code"] == "link_rests"
    rests = await suite.client.post(f"{ann}/form", data={"confident": "4"})
    assert (rests.status_code, "This link cannot be used now" in rests.text) == (409, True)
    await suite.resumes(POLICE)
    done = await suite.client.post(f"{ann}/form", data={"confident": "4"})
    assert (done.status_code, f'href="http://127.0.0.1:8000{ann}/certificate"' in done.text) == (200, True)
    for _ in range(2):
        await suite.suspends(POLICE)
        assert (await suite.client.get(f"{ann}/certificate")).json()["code"] == "link_rests"
        page = await suite.client.get(ann, headers=PAGE)
        assert (page.status_code, page.text.count("Ask your safeguarding lead")) == (409, 1)
        await suite.resumes(POLICE)
        printed = await suite.client.get(f"{ann}/certificate")
        assert (printed.status_code, printed.content[:5]) == (200, b"%PDF-")
        again = await suite.client.get(ann, headers=PAGE)
        assert (again.status_code, f"{ann}/certificate" in again.text) == (409, True)
        tapped = await suite.client.post(f"{ann}/form", data={"confident": "4"})
        assert (tapped.status_code, f'href="http://127.0.0.1:8000{ann}/certificate"' in tapped.text) == (409, True)
    in_part = await suite.client.post(bea, json={"answers": {"confident": 4}})
    assert (in_part.status_code, in_part.json()["certificate"]) == (200, None)
    assert (await suite.client.get(f"{bea}/certificate")).status_code == 404
    assert (await suite.client.get(f"{ann[:-3]}xxx/certificate")).json()["code"] == "link_not_found"
    said[0]["outcome"] = "did_not_attend"
    await suite.registered(made, "register", delegates=said)
    assert (await suite.client.get(f"{ann}/certificate")).status_code == 404


async def test_who_her_manager_is_a_delegate_says_with_her_answer(suite: Running, office: PostOffice) -> None:
    """Otherwise managers of those without an account would be asked of nobody. It is asked once, and not of oneself."""
    made = await held(suite, "sam", course=FULL)
    ((_, _, link),) = await posted(suite, office)
    shown = await suite.client.get(link, headers=PAGE)
    assert "Your manager’s work e-mail address" in shown.text
    tapped = {code: str(value) for code, value in END.items()}
    for wrong, field in (
        ({"manager_name": "Robin"}, "manager_email"),
        ({"manager_email": "robin@work.example"}, "manager_name"),
        ({"manager_name": "Robin", "manager_email": "robin"}, "manager_email"),
        ({"manager_name": "Sam", "manager_email": "Sam@work.example"}, "manager_email"),
    ):
        refused = await suite.client.post(f"{link}/form", data=tapped | wrong)
        assert (refused.status_code, f'href="#{field}"' in refused.text) == (422, True), wrong
    named = {"manager_name": "Robin Madeup", "manager_email": "Robin@work.example"}
    assert (await suite.client.post(f"{link}/form", data=tapped | named)).status_code == 200
    await suite.at(STARTS + timedelta(days=84, hours=1))
    to = {to: link for to, _, link in await posted(suite, office)}
    assert set(to) == {"sam@work.example", "robin@work.example"}
    await suite.suspends(POLICE, "sam")
    assert [(await suite.client.get(one)).status_code for one in to.values()].count(409) == 1, (
        "the manager answers still"
    )
    await suite.resumes(POLICE, "sam")
    for one in to.values():
        read = (await suite.client.get(one)).json()
        assert read["manager_wanted"] is False
        body = {"answers": {code["code"]: 1 for code in read["questions"]}}
        unasked = await suite.client.post(one, json=body | {"manager": {"name": "Kim", "email": "kim@work.example"}})
        assert [one["path"] for one in unasked.json()["errors"]] == ["manager"]
    assert (await suite.manager.items("/evaluations", session_id=made["id"], audience="manager"))[0][
        "status"
    ] == "asked"


async def test_who_attended_in_part_has_none_until_the_register_says_otherwise(suite: Running) -> None:
    made = await held(suite, "sam")
    (booking,) = await suite.manager.items("/bookings", session_id=made["id"])
    part = {"booking_id": booking["id"], "outcome": "part_attended"}
    await suite.registered(made, "register", delegates=[part])
    await answers(suite, "sam", "end", confident=2)
    sam = suite.person(POLICE, subject="sam")
    assert await sam.items("/certificates") == []
    await registered(suite, made, ("sam",))
    await suite.at(STARTS + timedelta(hours=4))
    assert [one["status"] for one in await sam.items("/certificates")] == ["issued"]


async def test_who_walked_in_has_one_where_she_stayed(suite: Running, office: PostOffice) -> None:
    made = await held(suite, "sam")
    walked = {"name": "Pat", "email": "pat@work.example", "agency_id": POLICE[0]}
    await suite.registered(made, "register", delegates=[walked | {"outcome": "part_attended"}])
    await suite.at(STARTS + timedelta(hours=4))
    (link,) = [link for to, _, link in await posted(suite, office) if to == walked["email"]]
    assert (await suite.client.post(link, json={"answers": {"confident": 4}})).status_code == 200
    turns: tuple[tuple[str, list[str]], ...] = (
        ("part_attended", []),
        ("attended", ["issued"]),
        ("part_attended", ["revoked"]),
    )
    for hour, (outcome, certified) in enumerate(turns, 5):
        await suite.registered(made, "register", delegates=[{"email": walked["email"], "outcome": outcome}])
        await suite.at(STARTS + timedelta(hours=hour))
        found = await suite.manager.items("/certificates", session_id=made["id"])
        assert [one["status"] for one in found if one["delegate_name"] == "Pat"] == certified


async def test_who_was_not_there_after_all_is_asked_no_more(suite: Running) -> None:
    made = await held(suite, "sam", "kim")
    await registered(suite, made, ("kim",), missed="kim")
    await suite.at(STARTS + timedelta(hours=4))
    stands = {one["delegate_name"]: one["status"] for one in await suite.manager.items("/evaluations")}
    assert stands == {"Sam": "asked", "Kim": "withdrawn"}
    await registered(suite, made, ("kim",))
    await suite.at(STARTS + timedelta(hours=5))
    assert {one["status"] for one in await suite.manager.items("/evaluations")} == {"asked"}
