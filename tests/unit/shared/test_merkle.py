"""The tree of the access record, against the definition in RFC 9162 §2.1 and the program that integrators are given."""

import hashlib
import re
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

import pytest

from shared import merkle
from shared.merkle import Node

LARGEST = 70
LEAVES = [merkle.leaf(bytes([number])) for number in range(LARGEST)]


def given_program() -> ModuleType:
    """The integrators' page's own check, as it stands there."""
    page = (Path(__file__).parents[3] / "docs" / "integrators.md").read_text()
    found = re.search(r"```python\n# check_record.py\n(.*?)```", page, re.DOTALL)
    assert found
    program = ModuleType("check_record")
    exec(found[1], program.__dict__)
    return program


PROGRAM = given_program()


def defined(leaves: Sequence[bytes]) -> bytes:
    """MTH of RFC 9162 §2.1.1, over leaves that are hashed already."""
    if len(leaves) == 1:
        return leaves[0]
    middle = 1
    while middle * 2 < len(leaves):
        middle *= 2
    return hashlib.sha256(b"\1" + defined(leaves[:middle]) + defined(leaves[middle:])).digest()


@pytest.fixture(scope="module")
def tree() -> dict[Node, bytes]:
    """The nodes, grown in batches of changing sizes."""
    known: dict[Node, bytes] = {}
    size, batch = 0, 1
    while size < LARGEST:
        edge = [known[node] for node in merkle.nodes((0, size))]
        grown = merkle.grown(size, edge, LEAVES[size : size + batch])
        assert not known.keys() & grown.keys()
        known |= grown
        size, batch = min(size + batch, LARGEST), batch % 7 + 2
    return known


def hashed(tree: dict[Node, bytes], span: merkle.Span) -> bytes:
    """The hash of a span, from the tree's nodes."""
    return merkle.root([tree[node] for node in merkle.nodes(span)])


def test_the_empty_tree() -> None:
    assert merkle.root([]) == hashlib.sha256(b"").digest()
    assert list(merkle.nodes((0, 0))) == []


@pytest.mark.parametrize("size", range(1, LARGEST + 1))
def test_every_root_and_every_inclusion(tree: dict[Node, bytes], size: int) -> None:
    root = defined(LEAVES[:size])
    assert hashed(tree, (0, size)) == root
    for place in range(size):
        path = [hashed(tree, span) for span in merkle.inclusion(place, size)]
        assert PROGRAM.root_of(LEAVES[place], place, size, path) == root
        if size > 1:
            assert PROGRAM.root_of(LEAVES[place - 1], place, size, path) != root


@pytest.mark.parametrize("second", range(1, LARGEST + 1))
def test_every_consistency(tree: dict[Node, bytes], second: int) -> None:
    for first in range(1, second + 1):
        path = [hashed(tree, span) for span in merkle.consistency(first, second)]
        earlier, later = defined(LEAVES[:first]), defined(LEAVES[:second])
        assert PROGRAM.roots_of(first, second, earlier, path) == (earlier, later)
        if first < second:
            other = hashlib.sha256(earlier).digest()
            assert PROGRAM.roots_of(first, second, other, path) != (other, later)
