"""Sign-in: a code that changes every minute, and when it is taken."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from services.training.certificates.domain import ALPHABET
from services.training.sign_in.domain import Hours, code, is_shown

NOON = datetime(2026, 11, 4, 12, 0, tzinfo=UTC)
ONE = NOON + timedelta(hours=1)
SESSION = UUID(int=7)
KEYS = ("01" * 32, "02" * 32)


def test_a_code_is_shown_for_a_minute_and_taken_for_one_more() -> None:
    hours = Hours(NOON, ONE, timedelta(minutes=30), timedelta(minutes=30), timedelta(seconds=60))
    window = hours.window(NOON)
    shown = code(KEYS[0], SESSION, window)
    assert len(shown) == 6
    assert set(shown) <= set(ALPHABET)
    taken = [is_shown(shown, KEYS, SESSION, window + later) for later in (-1, 0, 1, 2)]
    assert taken == [False, True, True, False]
    assert is_shown(shown.lower(), KEYS[::-1], SESSION, window)
    assert not is_shown(shown, KEYS[1:], SESSION, window)
    assert not is_shown(shown, KEYS, UUID(int=8), window)
    assert not is_shown("é", KEYS, SESSION, window)
    assert hours.shown_until(NOON + timedelta(seconds=59)) == NOON + timedelta(seconds=60)
    opens = [NOON - timedelta(minutes=30), ONE + timedelta(minutes=30)]
    assert [hours.open_at(one) for one in opens] == [True, True]
    assert not hours.open_at(opens[0] - timedelta(seconds=1))
    assert not hours.open_at(opens[1] + timedelta(seconds=1))


def test_codes_differ() -> None:
    """Of a thousand windows no two that follow each other share a code, and every letter is used."""
    codes = [code(KEYS[0], SESSION, window) for window in range(1000)]
    assert len(set(codes)) > 998
    assert set("".join(codes)) == set(ALPHABET)
