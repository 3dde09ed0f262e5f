"""What is sealed opens under the key that it names and beside the record that it is bound to, and not otherwise."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.vault import KEY_ID, Vault

OLD, NEW, FOREIGN = "11" * 32, "22" * 32, "33" * 32


@given(st.binary(max_size=200), st.text(max_size=50))
def test_it_opens_as_it_was(secret: bytes, bound_to: str) -> None:
    vault = Vault(OLD)
    assert vault.open(vault.seal(secret, bound_to), bound_to) == secret


def test_a_new_key_seals_and_the_old_one_still_opens() -> None:
    before, turned, after = Vault(OLD), Vault(NEW, OLD), Vault(NEW)
    sealed = before.seal(b"secret", "record")
    assert turned.open(sealed, "record") == b"secret"
    anew = turned.seal(b"secret", "record")
    assert after.open(anew, "record") == b"secret"
    assert (sealed[:KEY_ID], anew[:KEY_ID]) == (before.key_id, after.key_id)
    assert Vault(OLD, NEW).open(anew, "record") == b"secret", "a key is known everywhere before it seals"


def test_nothing_else_opens_it() -> None:
    vault = Vault(OLD)
    sealed = vault.seal(b"secret", "record")
    with pytest.raises(ValueError, match="neither SAFER_SEAL_KEY nor among SAFER_OTHER_SEAL_KEYS"):
        Vault(NEW, FOREIGN).open(sealed, "record")
    with pytest.raises(ValueError, match="another record"):
        vault.open(sealed, "another")
    for place in range(KEY_ID, len(sealed)):
        damaged = sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :]
        with pytest.raises(ValueError, match="damaged"):
            vault.open(damaged, "record")


def test_the_same_secret_never_looks_the_same() -> None:
    vault = Vault(OLD)
    assert vault.seal(b"secret", "record") != vault.seal(b"secret", "record")


@pytest.mark.parametrize("key", ["", "11", "11" * 31, "zz" * 32])
def test_what_is_no_key_is_refused(key: str) -> None:
    with pytest.raises(ValueError):
        Vault(key)
    with pytest.raises(ValueError):
        Vault(OLD, key)
