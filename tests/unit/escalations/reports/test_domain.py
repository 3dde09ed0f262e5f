"""What a snapshot says: its hash, its corrections, and the sentence on what is stuck."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest

from services.escalations.reports.domain import Snapshot, corrections, how_far, key, share, stuck
from services.escalations.reports.figures import BALANCES, DIMENSIONS, DURATIONS, FIGURES, FLOWS
from services.escalations.reports.layouts import LAYOUTS, SECTIONS, TREND_FIGURES, WAYS_TREND, Share, Time
from services.escalations.reports.sources import SOURCES, WANTED

AGENCIES = {"police": "Cheshire Constabulary", "trust": "East Cheshire NHS Trust"}


def snapshot(*counts: tuple[str, dict[str, str], int], **more: Any) -> Snapshot:
    """A snapshot of these counts."""
    titles = {"stage": [["1", "Stage 1"], ["2", "Stage 2"]], "agency": [list(pair) for pair in AGENCIES.items()]}
    return Snapshot({"counts": [list(count) for count in counts], "times": [], "titles": titles, **more})


def answers(stage: str, due: int, in_time: int, **cut: str) -> list[tuple[str, dict[str, str], int]]:
    """The answers of one stage."""
    where = {"stage": stage, **cut}
    return [("responses_due", where, due), ("responses_in_time", where, in_time)]


def test_a_hash_is_of_what_is_said_and_not_of_how_it_is_kept() -> None:
    one = snapshot(("opened", {}, 3), note="é")
    kept = Snapshot(json.loads(json.dumps(dict(reversed(list(one.plain.items()))))))
    assert one.hash == kept.hash
    assert one.hash != snapshot(("opened", {}, 4), note="é").hash


def test_the_snapshot_is_written_as_rfc_8785_wants_it() -> None:
    """Keys in order, whole numbers without a fraction, and no space: what another language's library writes too."""
    one = snapshot(note="é", p90=8.0, half=0.5)
    assert one.canonical.decode().startswith('{"counts":[],"half":0.5,"note":"é","p90":8,"times":[]')
    assert one.hash == hashlib.sha256(one.canonical).hexdigest()


def test_the_hash_of_a_salted_snapshot_cannot_be_made_by_trying_out() -> None:
    """Whoever knows all but a hidden count still does not know the salt; the figures are the same."""
    one = snapshot(("opened", {}, 3))
    salted = one.salted("5a" * 16)
    assert salted.hash not in {snapshot(("opened", {}, number)).hash for number in range(9)}
    assert salted.counts == one.counts


def test_what_is_not_there_is_nought() -> None:
    found = snapshot(("opened", {"priority": "urgent"}, 3))
    assert found.count("opened", priority="urgent") == 3
    assert found.count("opened", priority="standard") == 0


def test_corrections_are_what_is_counted_otherwise() -> None:
    was = snapshot(("opened", {}, 3), ("closed", {}, 2))
    now = snapshot(("opened", {}, 4), ("closed", {}, 2), ("untold", {}, 1))
    assert corrections(was, now) == [(key("opened"), 3, 4), (key("untold"), 0, 1)]


def test_a_share_of_nothing_is_none() -> None:
    assert share(1, 8) == 12.5
    assert share(0, 0) is None


def test_where_most_was_late_is_named_and_not_one_answer_of_one() -> None:
    found = snapshot(
        *answers("1", 1, 0),
        *answers("2", 12, 7),
        *answers("2", 1, 0, agency="police"),
        *answers("2", 11, 7, agency="trust"),
        ("advances_silent", {"stage": "2"}, 2),
    )
    assert stuck(found) == (
        "Stage 2 is where answers stall: 7 of 12 came in time, 7 of 11 from East Cheshire NHS Trust, "
        "and 2 matters left it through silence."
    )


def test_the_sentence_uses_nothing_that_is_hidden() -> None:
    found = snapshot(
        *answers("1", 10, 8),
        *answers("2", 12, 1),
        *answers("1", 10, 8, agency="police"),
        ("advances_silent", {"stage": "1"}, 2),
    )
    hidden = {key("responses_in_time", {"stage": "2"}), key("advances_silent", {"stage": "1"})}
    assert stuck(found, hidden) == "Stage 1 is where answers stall: 8 of 10 came in time."


@pytest.mark.parametrize(
    ("counts", "hidden", "sentence"),
    [
        ([], [], "No answer fell due."),
        (
            [("responses_due", {}, 6), ("responses_in_time", {}, 6), *answers("1", 6, 6)],
            [],
            "Nothing is stuck: every answer that fell due came in time (6).",
        ),
        (
            [("responses_due", {}, 6), ("responses_in_time", {}, 4), *answers("1", 6, 4)],
            [key("responses_due"), key("responses_due", {"stage": "1"})],
            "The figures are too small to say in public what is stuck.",
        ),
    ],
)
def test_where_nothing_is_stuck_or_nothing_may_be_said(
    counts: list[tuple[str, dict[str, str], int]], hidden: list[Any], sentence: str
) -> None:
    assert stuck(snapshot(*counts), hidden) == sentence


@pytest.mark.parametrize(
    ("points", "trained", "shown", "sentence"),
    [
        (0, 0, 0, "Nothing was learnt anew in the period."),
        (1, 1, 0, "Of 1 learning point drawn in the period, 1 has trained staff, none shows measured change."),
        (12, 9, 4, "Of 12 learning points drawn in the period, 9 have trained staff, 4 show measured change."),
    ],
)
def test_how_far_learning_has_come_in_one_sentence(points: int, trained: int, shown: int, sentence: str) -> None:
    drawn = {"cohort": "drawn"}
    figures = [("ways", points), ("ways_training", trained), ("ways_impact", shown)]
    counts = [(figure, drawn, number) for figure, number in figures if number]
    assert how_far(snapshot(*counts)) == sentence
    assert how_far(snapshot(*counts), [key("ways_impact", drawn)]).startswith("The figures are too small to say")


def test_figures_layouts_and_sources_know_each_other() -> None:
    shown = {count.figure for layout in LAYOUTS for count in layout.counts}
    counted = {figure for source in SOURCES for figure in source.figures}
    assert shown == counted == FIGURES.keys()
    assert {t for source in SOURCES for t in source.times} == DURATIONS.keys()
    assert DURATIONS.keys() == {c.id for layout in LAYOUTS for c in layout.columns if isinstance(c, Time)}
    assert {c for layout in LAYOUTS for s in layout.columns if isinstance(s, Share) for c in (s.of, *s.over)} <= shown
    assert {d for layout in LAYOUTS for d in layout.by} == DIMENSIONS.keys()
    assert {layout.section for layout in LAYOUTS} == SECTIONS.keys()
    assert {figure for balance in BALANCES for figure in balance} <= FIGURES.keys()
    assert {figure.within for figure in FIGURES.values() if figure.within} <= FIGURES.keys()
    assert FLOWS | set(TREND_FIGURES) | {figure for *_, (figure, _) in WAYS_TREND} <= FIGURES.keys()
    assert len({layout.id for layout in LAYOUTS}) == len(LAYOUTS)


def test_every_cut_that_a_layout_shows_is_one_that_its_source_knows() -> None:
    for source in SOURCES:
        for figure in source.figures:
            for cut in WANTED[figure]:
                assert cut <= source.cuts.keys() or any(
                    cut <= other.cuts.keys() for other in SOURCES if figure in other.figures
                ), (figure, cut)
