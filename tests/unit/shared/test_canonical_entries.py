"""An entry of the access record is sealed in the canonical form that any verifier makes."""

from datetime import UTC, datetime

import rfc8785
from hypothesis import example, given
from hypothesis import strategies as st

from shared.events import instant
from shared.sealing import entry_bytes

AT = datetime(2026, 10, 7, 8, 30, 0, 120_000, tzinfo=UTC)
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))  # what PostgreSQL's text can hold


@given(
    st.dictionaries(
        st.sampled_from(["at", "id", "subject", "trace", "view"]), TEXTS | st.none() | st.integers(0, 2**53 - 1)
    )
)
@example({"subject": '\x1f\x7f\u2028"\\/\n\té€😀', "id": 2**53 - 1})
def test_as_rfc_8785_says(entry: dict[str, object]) -> None:
    entry |= {"recorded": AT}
    told = {name: instant(value) if isinstance(value, datetime) else value for name, value in entry.items()}
    assert entry_bytes(b"salt", entry) == b"salt" + rfc8785.dumps(told)  # type: ignore[arg-type]
