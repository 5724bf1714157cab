"""The Merkle tree of RFC 6962: roots, inclusion proofs and consistency proofs.

Plain Python over hashes. A tree is read through `node(level, index)`, the root of
the complete subtree over the leaves `index * 2**level` and following; whoever
stores the tree decides how.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence


Node = Callable[[int, int], bytes]
Range = tuple[int, int]

EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    """Return the hash of a leaf."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_of_complete(hashes: Sequence[bytes]) -> bytes:
    """Return the root over hashes whose number is a power of two."""
    row = list(hashes)
    while len(row) > 1:
        row = [node_hash(*row[n : n + 2]) for n in range(0, len(row), 2)]
    return row[0]


class Folding:
    """A root computed while leaves stream by: it keeps one hash a level."""

    def __init__(self) -> None:
        self.size = 0
        self._peaks: list[bytes] = []

    def add(self, leaf: bytes) -> None:
        """Take the next leaf hash."""
        size = self.size
        while size & 1:
            leaf = node_hash(self._peaks.pop(), leaf)
            size >>= 1
        self._peaks.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        """Return the root over the leaves so far."""
        if not self._peaks:
            return EMPTY_ROOT
        root = self._peaks[-1]
        for peak in reversed(self._peaks[:-1]):
            root = node_hash(peak, root)
        return root


def root(size: int, node: Node) -> bytes:
    """Return the root of the tree of the first `size` leaves."""
    return _hash_of((0, size), node) if size else EMPTY_ROOT


def inclusion_proof(index: int, size: int, node: Node) -> list[bytes]:
    """Return the path from a leaf to the root (RFC 6962 §2.1.1)."""
    return [_hash_of(part, node) for part in _path(index, 0, size)]


def consistency_proof(old: int, new: int, node: Node) -> list[bytes]:
    """Return the proof that the new tree begins with the old one (§2.1.2)."""
    if old in {0, new}:
        return []
    return [_hash_of(part, node) for part in _subproof(old, 0, new, whole=True)]


def includes(
    leaf: bytes, index: int, size: int, proof: Iterable[bytes], root: bytes
) -> bool:
    """Tell whether a proof leads from a leaf hash to a root (RFC 9162 §2.1.3.2)."""
    if not 0 <= index < size:
        return False
    last = size - 1
    found = leaf
    for step in proof:
        if last == 0:
            return False
        if index & 1 or index == last:
            found = node_hash(step, found)
            while index and not index & 1:
                index, last = index >> 1, last >> 1
        else:
            found = node_hash(found, step)
        index, last = index >> 1, last >> 1
    return last == 0 and found == root


def extends(
    old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]
) -> bool:
    """Tell whether a proof leads from an old root to a new one (RFC 9162 §2.1.4.2)."""
    if old in {0, new}:
        same = old_root == new_root if old == new else old_root == EMPTY_ROOT
        return same and not proof
    if not 0 < old < new:
        return False
    steps = list(proof) if old & (old - 1) else [old_root, *proof]
    return bool(steps) and _roots(old, new, steps) == (old_root, new_root)


def _roots(old: int, new: int, steps: list[bytes]) -> tuple[bytes, bytes] | None:
    index, last = old - 1, new - 1
    while index & 1:
        index, last = index >> 1, last >> 1
    was = now = steps[0]
    for step in steps[1:]:
        if last == 0:
            return None
        if index & 1 or index == last:
            was, now = node_hash(step, was), node_hash(step, now)
            while index and not index & 1:
                index, last = index >> 1, last >> 1
        else:
            now = node_hash(now, step)
        index, last = index >> 1, last >> 1
    return (was, now) if last == 0 else None


def _split(size: int) -> int:
    """Return the largest power of two smaller than `size`."""
    return 1 << (size - 1).bit_length() - 1


def _hash_of(part: Range, node: Node) -> bytes:
    start, end = part
    size = end - start
    if size & (size - 1) == 0:
        level = size.bit_length() - 1
        return node(level, start >> level)
    middle = start + _split(size)
    return node_hash(_hash_of((start, middle), node), _hash_of((middle, end), node))


def _path(index: int, start: int, end: int) -> list[Range]:
    if end - start <= 1:
        return []
    middle = start + _split(end - start)
    if index < middle:
        return [*_path(index, start, middle), (middle, end)]
    return [*_path(index, middle, end), (start, middle)]


def _subproof(old: int, start: int, end: int, *, whole: bool) -> list[Range]:
    if old == end:
        return [] if whole else [(start, end)]
    middle = start + _split(end - start)
    if old <= middle:
        return [*_subproof(old, start, middle, whole=whole), (middle, end)]
    return [*_subproof(old, middle, end, whole=False), (start, middle)]
