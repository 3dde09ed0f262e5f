"""One thread through everything: from an injured child to the day on which practice is measured to have changed."""

from collections import Counter
from collections.abc import AsyncIterator
from enum import Enum, auto

from tests.e2e import thread_action as action
from tests.e2e import thread_review as review
from tests.e2e.story import linked
from tests.e2e.thread_cast import SPINE, Cast

THREADS = "/governance/v1/threads"
STATIONS = ["origin", "review", "learning", "action", "training"]
STATIONS += ["evidence", "activity_signed", "impact_signed", "impact"]
REPORTED = {"2026-27/Q3": STATIONS[3:7], "2027-28/Q1": STATIONS[3:]}
FOR_TRAINING = {"reviews.learning_point": 1, "reviews.recommendation": 1, "training.course": 1, "training.session": 1}
FOR_TRAINING |= {"training.booking": 31, "training.evaluation": 30 + 6}  # one in five is asked for impact besides


class Moment(Enum):
    """Where the story pauses; somebody may try there what nobody may do."""

    RETURNED = auto()
    FIRST_VOTE = auto()
    REVIEW_CLOSED = auto()
    LEARNT = auto()
    RECOMMENDED = auto()
    AGREED = auto()
    CLAIMED = auto()
    ACTIVITY_SIGNED = auto()
    TESTING = auto()
    IMPACT_CLAIMED = auto()
    CLOSED = auto()


async def thread(cast: Cast) -> AsyncIterator[Moment]:
    """The whole of it; each chapter is some days of the partnership's work."""
    await review.answered(cast)
    await review.notified(cast)
    await review.scoped(cast)
    yield Moment.RETURNED
    await review.weighed(cast)
    await review.votes(cast, cast.delegates[:1])
    yield Moment.FIRST_VOTE
    await review.votes(cast, cast.delegates[1:])
    await review.learnt(cast)
    await review.closed(cast)
    yield Moment.REVIEW_CLOSED
    yield Moment.LEARNT
    await review.recommended(cast)
    yield Moment.RECOMMENDED
    await action.agreed(cast)
    yield Moment.AGREED
    await action.asked_for(cast)
    await action.booked(cast)
    await action.held(cast)
    await action.evaluated(cast)
    await action.claimed(cast)
    yield Moment.CLAIMED
    await action.activity_signed(cast)
    yield Moment.ACTIVITY_SIGNED
    await action.moderated(cast)
    yield Moment.TESTING
    await action.impact_claimed(cast)
    yield Moment.IMPACT_CLAIMED
    await action.impact_signed(cast)
    await followed(cast)
    await counted(cast)
    await reported(cast)
    yield Moment.CLOSED


async def followed(cast: Cast) -> None:
    """From every record the whole way is seen, before and after it; and the review hears what became of its advice."""
    await cast.until("2027-06-03T12:00:00Z")
    spine = list(SPINE)
    for place, here in enumerate(spine):
        seen = await cast.unit.reads(f"{THREADS}/{SPINE[here]}/{cast.id(here)}")
        assert (seen["stations"], seen["furthest"]) == (STATIONS, "impact"), here
        sides = {(one["type"], one["id"]): one["side"] for one in seen["records"]}
        wanted = ["before"] * place + ["here"] + ["after"] * (len(spine) - place - 1)
        assert [sides[SPINE[one], cast.id(one)] for one in spine] == wanted
    for one in seen["records"]:
        assert (await cast.unit.asks(one["path"])).status_code == 200, one["path"]
    for decision_id in cast.decisions.values():
        rests_on_it = await cast.unit.reads(f"{THREADS}/governance.body_decision/{decision_id}")
        assert cast.id("action") in {one["id"] for one in rests_on_it["records"] if one["side"] == "after"}
    # Who runs the programme sees whom the learning has reached, and nothing of the case or of the action.
    of_training = await cast.programme.reads(f"{THREADS}/{SPINE['learning']}/{cast.id('learning')}")
    assert Counter(one["type"] for one in of_training["records"]) == FOR_TRAINING
    recommendation = await cast.named_nurse.reads(cast.paths["recommendation"])
    [became] = recommendation["actions"]
    assert (became["id"], became["impact_signed"], became["closed"]) == (cast.id("action"), True, True)


async def counted(cast: Cast) -> None:
    """Of one learning point about this, one has trained staff and one shows measured change."""
    asked = {"theme": review.THEME, "begun_from": "2026-10-19", "begun_to": "2026-12-31"}
    found = await cast.unit.reads(THREADS, **asked)
    reached = {one["station"]: (one["reached"], one["begun"]) for one in found["reached"]}
    assert reached == dict.fromkeys(STATIONS[3:], (1, 1)), found["sentence"]
    assert (found["begun"], found["stopped_in_all"]) == (1, 0)


async def reported(cast: Cast) -> None:
    """The L&I report says so too: signed off as done in the quarter in which it was, and as measured change half a year later."""
    for quarter, stations in REPORTED.items():
        report = f"/escalations/v1/reports/{quarter}"
        links = linked(await cast.li_police.reads(f"{report}.json"))
        for station in STATIONS[3:]:
            link = f"{report}/learning-points?figure=ways_{station}"
            behind = (await cast.li_police.reads(link))["items"]
            assert len(behind) == links.get(link, 0), link
            assert (cast.id("learning") in {one["id"] for one in behind}) is (station in stations), link
