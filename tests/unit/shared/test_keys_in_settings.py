"""A key that is missing or is none is told by its variable, in a sentence that never repeats it."""

import pytest

from shared.settings import BadSetting, Settings

GOOD, OTHER = "11" * 32, "aB" * 32


def test_the_present_key_comes_first() -> None:
    settings = Settings(seal_key=GOOD, other_seal_keys=f"{OTHER}, {GOOD}", pseudonym_key=OTHER)
    assert settings.seal_keys == (GOOD, OTHER, GOOD)
    assert settings.pseudonym_keys == (OTHER,)


@pytest.mark.parametrize("bad", ["", "11", "11" * 33, "zz" * 32, f"{GOOD} "])
def test_what_is_no_key_is_told_by_its_variable(bad: str) -> None:
    with pytest.raises(BadSetting, match=r"^SAFER_SEAL_KEY must be 32 bytes .*`openssl rand -hex 32`\.$") as told:
        _ = Settings(seal_key=bad).seal_keys
    assert not bad or bad not in str(told.value)
    with pytest.raises(BadSetting, match=r"^SAFER_PSEUDONYM_KEY "):
        _ = Settings(pseudonym_key=bad).pseudonym_keys
    with pytest.raises(BadSetting, match=r"^SAFER_CURSOR_KEY "):
        _ = Settings(cursor_key=bad).cursor_secret
    if bad.strip() not in ("", GOOD):
        with pytest.raises(BadSetting, match=r"^SAFER_OTHER_SEAL_KEYS "):
            _ = Settings(seal_key=GOOD, other_seal_keys=f"{OTHER},{bad}").seal_keys
