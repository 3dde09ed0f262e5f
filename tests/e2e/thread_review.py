"""The thread's first half: a case, its rapid review within fifteen working days, what is learnt, and what is recommended."""

from collections.abc import Sequence

from tests.e2e.thread_cast import AGENCIES, Cast, Person

THEME = "safe_sleep"
RETURNS, BRIEFINGS = "/reviews/v1/returns", "/reviews/v1/briefings"
INCIDENTS, RAPID_REVIEWS = "/reviews/v1/incidents", "/reviews/v1/rapid-reviews"
CHILD = {
    "identifiers": [{"type": "nhs_number", "value": "SANDBOX-9100"}],
    "age_band": "under_1",
    "harm": "seriously_harmed",
}


async def answered(cast: Cast) -> None:
    """Agencies' leads answer what earlier reviews still want of them: else they would be asked again for months."""
    await cast.until("2026-10-16T09:00:00Z")
    for lead in (cast.named_nurse, cast.police_lead, cast.social_worker, cast.teacher):
        for owed in (await lead.reads(RETURNS, status="asked"))["items"]:
            await lead.does(f"{RETURNS}/{owed['id']}", "submit", known=False, text="We did not know the family.")
        for sent in (await lead.reads(BRIEFINGS))["items"]:
            path = f"{BRIEFINGS}/{sent['id']}"
            if any(one["acknowledged_at"] is None for one in (await lead.reads(path))["recipients"]):
                await lead.does(path, "acknowledge", cascaded_to="Every team.", reached=40)


async def notified(cast: Cast) -> None:
    """Friday: a named nurse refers a case. Monday: the council notifies the Panel, and a rapid review opens by itself."""
    case = await cast.named_nurse.makes(
        INCIDENTS,
        text="We think that it is to be considered.",
        summary="An infant was found lifeless on a sofa, was revived, and is gravely ill.",
        abuse="suspected",
        happened_on="2026-10-15",
        children=[CHILD],
    )
    path = cast.keep("incident", INCIDENTS, case)
    await cast.until("2026-10-19T09:00:00Z")
    told = await cast.delegates[0].makes(
        f"{path}/notify", text="Neglect is suspected, and the child is seriously harmed."
    )
    assert (told["status"], told["late"], told["review_needed"]) == ("notified", False, True)
    await cast.until("2026-10-19T10:00:00Z")
    [review] = (await cast.unit.reads(RAPID_REVIEWS, incident_id=case["id"]))["items"]
    assert (review["status"], review["due_at"][:10]) == ("scoping", "2026-11-06")  # the fifteenth working day
    cast.keep("review", RAPID_REVIEWS, review)


async def scoped(cast: Cast) -> None:
    """A panel is named, declares what conflicts, and has a chair. One agency returns in time, one when it is asked again."""
    path = cast.paths["review"]
    for member in cast.panel:
        named = await cast.unit.does(path, "name", **member.named, agency_id=AGENCIES[member.agency.short])
    for agency in ("police", "icb"):
        asked = "What you knew of the family, and what you did."
        await cast.unit.does(path, "ask", agency_id=AGENCIES[agency], asked=asked)
    await cast.until("2026-10-19T12:00:00Z")  # by now who is on the panel signs in as such
    members = {one["person_id"]: one["id"] for one in named["panel"]}
    for member in cast.panel:
        await member.does(path, f"panel/{members[member.id]}/declare", conflicted=False)
    await cast.unit.does(path, f"panel/{members[cast.panel[0].id]}/chair")
    await returns(cast, cast.police_lead, "Two calls to the address; nobody asked where the child sleeps.")
    await cast.until("2026-10-29T09:00:00Z")
    standing = {one["agency_id"]: one for one in (await cast.unit.reads(path))["returns"]}
    silent = standing[AGENCIES["icb"]]
    assert (silent["late"], silent["asked_again"]) == (True, 1)
    await returns(cast, cast.named_nurse, "Safe sleep was spoken of at the first visit; nobody saw the bedroom.")
    seen = (await cast.panel[1].reads(RETURNS, rapid_review_id=cast.id("review")))["items"]
    assert [one["status"] for one in seen] == ["returned", "returned"]


async def returns(cast: Cast, lead: Person, text: str) -> None:
    """An agency's lead finds what her agency is asked, and sends it."""
    [asked] = (await lead.reads(RETURNS, rapid_review_id=cast.id("review")))["items"]
    path = cast.keep(f"return of {lead.agency.short}", RETURNS, asked)
    sent = await lead.does(path, "submit", known=True, text=text)
    assert sent["entries"][0]["text"] == text


async def weighed(cast: Cast) -> None:
    """The panel answers each criterion, and its chair puts before the three partners what it recommends."""
    await cast.until("2026-11-02T10:00:00Z")
    chair, path = cast.panel[0], cast.paths["review"]
    for criterion in (await chair.reads(path))["criteria"]:
        met = criterion["criterion"] in {"improvements_needed", "agencies_working_together"}
        found = {"criterion": criterion["criterion"], "met": met, "rationale": "As the two returns show."}
        await chair.does(path, "answer", **found)
    reason = "What is to be learnt is known: nobody saw where the child slept. A review would not tell more."
    proposed = await chair.does(path, "propose", recommended="no_further_review", reason=reason)
    cast.paths["decision"] = f"/reviews/v1/joint-decisions/{proposed['decision_id']}"


async def votes(cast: Cast, delegates: Sequence[Person]) -> None:
    """Statutory partners vote, one after the other."""
    for delegate in delegates:
        reason = "We agree with the panel, and want to act on it now."
        await delegate.makes(f"{cast.paths['decision']}/vote", round=1, choice="no_further_review", reason=reason)


async def learnt(cast: Cast) -> None:
    """All three have decided; the review goes to the national Panel within its fifteen working days, with what is learnt."""
    path = cast.paths["review"]
    assert (await cast.unit.reads(path))["decision"] == "no_further_review"
    sent = await cast.unit.does(path, "send")
    assert (sent["status"], sent["late"]) == ("sent", False)
    text = "Advice on safe sleep was given and ticked off; nobody looked at where the child slept."
    point = await cast.unit.makes(f"{path}/learning", theme=THEME, text=text)
    cast.keep("learning", "/reviews/v1/learning", point)


async def closed(cast: Cast) -> None:
    """The national Panel agrees; the case is closed, and its panel released."""
    await cast.until("2026-11-04T10:00:00Z")
    path = cast.paths["review"]
    await cast.unit.does(path, "hear", answer="agrees", text="The Panel agrees with the partnership's decision.")
    done = await cast.unit.does(path, "close")
    assert done["status"] == "closed"
    assert all(one["released_at"] for one in done["panel"])


async def recommended(cast: Cast) -> None:
    """The review recommends one thing, by a day and with a measure; the agency that is to lead it accepts."""
    recommendation = await cast.unit.makes(
        f"{cast.paths['review']}/recommendations",
        theme=THEME,
        text="Health visitors see where a child sleeps before its sixth week.",
        lead_agency_id=AGENCIES["icb"],
        measure="Of sixty records of first visits, fifty-four say where the child sleeps.",
        by_when="2027-02-26",
        learning_point_ids=[cast.id("learning")],
    )
    assert recommendation["lacking"] == []
    path = cast.keep("recommendation", "/reviews/v1/recommendations", recommendation)
    assert (await cast.named_nurse.does(path, "accept"))["status"] == "accepted"
