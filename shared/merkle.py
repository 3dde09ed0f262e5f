"""A Merkle tree that only grows (RFC 9162 §2.1): one hash stands for all of it, and short proofs show what is in it."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence

Node = tuple[int, int]
"""A complete subtree by its level and its place in that level: (0, 5) is leaf 5, (2, 1) stands over leaves 4 to 7."""
Span = tuple[int, int]
"""The leaves from the first number up to, and without, the second."""
EMPTY = hashlib.sha256(b"").digest()


def leaf(data: bytes) -> bytes:
    """The hash of one entry."""
    return hashlib.sha256(b"\0" + data).digest()


def join(left: bytes, right: bytes) -> bytes:
    """The hash of two neighbouring subtrees."""
    return hashlib.sha256(b"\1" + left + right).digest()


def root(subtrees: Sequence[bytes]) -> bytes:
    """The hash of a tree, or of a span of it, from its complete subtrees, the largest and leftmost first."""
    if not subtrees:
        return EMPTY
    *others, found = subtrees
    for left in reversed(others):
        found = join(left, found)
    return found


def nodes(span: Span) -> Iterator[Node]:
    """The complete subtrees of which a span consists, from left to right; it begins where a subtree of its size may."""
    place, end = span
    while place < end:
        level = (end - place).bit_length() - 1
        yield level, place >> level
        place += 1 << level


def grown(size: int, subtrees: Sequence[bytes], leaves: Iterable[bytes]) -> dict[Node, bytes]:
    """The nodes that new leaves add to a tree of `size` leaves, whose complete subtrees are these."""
    added: dict[Node, bytes] = {}
    edge = [(level, hashed) for (level, _), hashed in zip(nodes((0, size)), subtrees, strict=True)]
    for place, hashed in enumerate(leaves, size):
        level = 0
        added[level, place] = hashed
        while edge and edge[-1][0] == level:
            hashed = join(edge.pop()[1], hashed)
            level += 1
            added[level, place >> level] = hashed
        edge.append((level, hashed))
    return added


def inclusion(place: int, size: int) -> list[Span]:
    """The spans whose hashes, from the leaf upward, prove that the leaf at `place` is in the tree of `size` leaves."""
    return _inclusion(place, (0, size))


def _inclusion(place: int, within: Span) -> list[Span]:
    start, end = within
    if end - start <= 1:
        return []
    middle = _middle(within)
    if place < middle:
        return [*_inclusion(place, (start, middle)), (middle, end)]
    return [*_inclusion(place, (middle, end)), (start, middle)]


def consistency(first: int, second: int) -> list[Span]:
    """The spans whose hashes prove that the tree of `first` leaves is the beginning of the tree of `second`."""
    return _consistency(first, (0, second), whole=True) if 0 < first < second else []


def _consistency(first: int, within: Span, *, whole: bool) -> list[Span]:
    start, end = within
    if first == end:
        return [] if whole else [within]
    middle = _middle(within)
    if first <= middle:
        return [*_consistency(first, (start, middle), whole=whole), (middle, end)]
    return [*_consistency(first, (middle, end), whole=False), (start, middle)]


def _middle(within: Span) -> int:
    start, end = within
    return start + (1 << ((end - start - 1).bit_length() - 1))
