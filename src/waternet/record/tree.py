"""The Merkle tree of RFC 6962: hashes, roots and the proofs against them.

A complete subtree is named by (level, index): it covers the ``2**level`` leaves from
leaf ``index * 2**level`` on. Whoever can read those hashes (`ReadHash`) can prove any
entry and any two sizes with a number of hashes that grows as the logarithm of the size.

References
----------
RFC 6962, section 2.1 (hashes, audit paths, consistency proofs); RFC 9162, sections
2.1.3.2 and 2.1.4.2 (verification).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from hashlib import sha256
from typing import TypeAlias

from waternet.errors import NotAcceptable, NotVerified

__all__ = [
    "EMPTY_ROOT",
    "HASH_SIZE",
    "Frontier",
    "ReadHash",
    "consistency_proof",
    "inclusion_proof",
    "leaf_hash",
    "node_hash",
    "prefix_proof",
    "prefix_root",
    "verify_consistency",
    "verify_inclusion",
]

ReadHash: TypeAlias = Callable[[int, int], bytes]

HASH_SIZE = 32
EMPTY_ROOT = sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    """Hash one entry's bytes as a leaf.

    Examples
    --------
    >>> leaf_hash(b"").hex()[:16]
    '6e340b9cffb37a98'
    """
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two neighbouring subtrees into the one that holds both."""
    return sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True, slots=True)
class Frontier:
    """What a growing tree must remember: its complete subtrees, largest first.

    Attributes
    ----------
    size : int
        Leaves in the tree.
    hashes : tuple of bytes
        One per set bit of `size`, 32 bytes each.

    Examples
    --------
    >>> tree = Frontier().append([leaf_hash(b"a"), leaf_hash(b"b")])
    >>> tree.size, tree.root() == node_hash(leaf_hash(b"a"), leaf_hash(b"b"))
    (2, True)
    """

    size: int = 0
    hashes: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        if self.size < 0 or self.size.bit_count() != len(self.hashes):
            raise NotAcceptable(
                f"a tree of {self.size} leaves does not have {len(self.hashes)} "
                "complete subtrees"
            )

    def append(self, leaf_hashes: Iterable[bytes]) -> Frontier:
        """Return the tree with more leaves after its last one."""
        hashes, size = list(self.hashes), self.size
        for leaf in leaf_hashes:
            merged, complete = leaf, size
            while complete & 1:
                merged = node_hash(hashes.pop(), merged)
                complete >>= 1
            hashes.append(merged)
            size += 1
        return Frontier(size, tuple(hashes))

    def root(self) -> bytes:
        """Return the Merkle tree hash of all leaves."""
        return _joined(self.hashes) if self.hashes else EMPTY_ROOT


def inclusion_proof(index: int, size: int, read_hash: ReadHash) -> list[bytes]:
    """Prove that the tree of `size` leaves holds leaf `index`.

    Parameters
    ----------
    index, size : int
    read_hash : function of (level, index)
        Returns the hash of a complete subtree.

    Returns
    -------
    list of bytes
        From the leaf's neighbour upwards.

    Raises
    ------
    NotAcceptable
        The tree has no such leaf.
    """
    if not 0 <= index < size:
        raise NotAcceptable(f"a log of {size} entries has no entry {index}")
    proof, start, stop = [], 0, size
    while stop - start > 1:
        middle = start + _left_size(stop - start)
        if index < middle:
            proof.append(_range_hash(middle, stop, read_hash))
            stop = middle
        else:
            proof.append(_range_hash(start, middle, read_hash))
            start = middle
    return proof[::-1]


def consistency_proof(old: int, new: int, read_hash: ReadHash) -> list[bytes]:
    """Prove that the tree of `new` leaves only added to the one of `old` leaves.

    Parameters
    ----------
    old, new : int
        1 <= old <= new: about the empty tree there is nothing to prove.
    read_hash : function of (level, index)
        Returns the hash of a complete subtree.

    Returns
    -------
    list of bytes
        Empty where the sizes are equal.

    Raises
    ------
    NotAcceptable
        The sizes are not in that order.
    """
    if not 1 <= old <= new:
        raise NotAcceptable(f"no proof leads from {old} entries to {new}")
    proof, start, stop = [], 0, new
    while old != stop:
        middle = start + _left_size(stop - start)
        if old <= middle:
            proof.append(_range_hash(middle, stop, read_hash))
            stop = middle
        else:
            proof.append(_range_hash(start, middle, read_hash))
            start = middle
    if start:  # the old root itself is known to whoever verifies
        proof.append(_range_hash(start, stop, read_hash))
    return proof[::-1]


def prefix_proof(old: int, new: int, read_hash: ReadHash) -> list[bytes]:
    """Show what the first `old` leaves of the tree of `new` leaves hash to.

    A consistency proof leaves out what its reader is taken to know, the old root. Where
    that root is in dispute, this shows the one that the larger tree has.

    Parameters
    ----------
    old, new : int
        1 <= old < new.
    read_hash : function of (level, index)

    Returns
    -------
    list of bytes
        For `prefix_root`.
    """
    proof = consistency_proof(old, new, read_hash)
    if _is_power_of_two(old):
        proof.insert(0, read_hash(old.bit_length() - 1, 0))
    return proof


def prefix_root(old: int, new: int, proof: Sequence[bytes], root: bytes) -> bytes:
    """Return the root that the first `old` leaves of a tree have.

    Parameters
    ----------
    old, new : int
    proof : sequence of bytes
        From `prefix_proof`.
    root : bytes
        Of the tree of `new` leaves, from a checkpoint that is verified.

    Raises
    ------
    NotVerified
        The proof does not lead to that root, so that it shows nothing.
    """
    if not 0 < old < new or not proof:
        raise NotVerified(f"no proof leads from {old} entries to {new}")
    _verify_hashes(proof)
    found_old, found_new = _climb(old - 1, new - 1, proof)
    if found_new != root:
        raise NotVerified(f"the proof does not lead to the log of {new} entries")
    return found_old


def verify_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> None:
    """Raise unless `proof` shows that `leaf` is leaf `index` of the tree.

    Parameters
    ----------
    leaf : bytes
        The leaf's hash, from `leaf_hash`.
    index, size : int
    proof : sequence of bytes
    root : bytes
        Of the tree of `size` leaves, from a checkpoint that is verified.

    Raises
    ------
    NotVerified
        It does not.
    """
    if not 0 <= index < size:
        raise NotVerified(f"entry {index} cannot be in a log of {size} entries")
    _verify_hashes((leaf, *proof))
    position, last, found = index, size - 1, leaf
    for sibling in proof:
        if not last:
            raise NotVerified(f"the proof of entry {index} is longer than the tree")
        if position & 1 or position == last:
            found = node_hash(sibling, found)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        position, last = position >> 1, last >> 1
    if last or found != root:
        raise NotVerified(
            f"the proof does not place entry {index} in the log of {size} entries",
            hint="ask the party for the entry and its proof again",
        )


def verify_consistency(
    old_size: int,
    new_size: int,
    proof: Sequence[bytes],
    old_root: bytes,
    new_root: bytes,
) -> None:
    """Raise unless `proof` shows that the log only grew from old to new.

    Parameters
    ----------
    old_size, new_size : int
        An empty old log is consistent with every log, so that nothing can be proved
        about it: it is refused unless both are empty.
    proof : sequence of bytes
    old_root, new_root : bytes
        From checkpoints that are verified.

    Raises
    ------
    NotVerified
        It does not: the log forked, shrank or was rewritten, or the proof is damaged.
    """
    if old_size == new_size:
        empty_roots = old_size > 0 or old_root == EMPTY_ROOT
        if old_size < 0 or proof or old_root != new_root or not empty_roots:
            raise NotVerified(f"two logs of {old_size} entries are not the same")
        return
    if not 0 < old_size < new_size or not proof:
        raise NotVerified(f"no proof leads from {old_size} entries to {new_size}")
    _verify_hashes(proof)
    # RFC 9162, section 2.1.4.2: a power of two is itself a subtree of the new tree.
    path = list(proof)
    if _is_power_of_two(old_size):
        path.insert(0, old_root)
    found_old, found_new = _climb(old_size - 1, new_size - 1, path)
    if found_old != old_root or found_new != new_root:
        raise NotVerified(
            f"the log of {new_size} entries does not continue that of {old_size}",
            hint="the party rewrote its log or shows two; keep both checkpoints",
        )


def _climb(position: int, last: int, path: Sequence[bytes]) -> tuple[bytes, bytes]:
    """Return the old and the new root to which a consistency proof leads."""
    while position & 1:
        position, last = position >> 1, last >> 1
    found_old = found_new = path[0]
    for sibling in path[1:]:
        if not last:
            raise NotVerified("the proof of consistency is longer than the tree")
        if position & 1 or position == last:
            found_old = node_hash(sibling, found_old)
            found_new = node_hash(sibling, found_new)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            found_new = node_hash(found_new, sibling)
        position, last = position >> 1, last >> 1
    if last:
        raise NotVerified("the proof of consistency is shorter than the tree")
    return found_old, found_new


def _verify_hashes(hashes: Iterable[bytes]) -> None:
    for found in hashes:
        if len(found) != HASH_SIZE:
            raise NotVerified(f"a hash has {HASH_SIZE} bytes, one has {len(found)}")


def _is_power_of_two(size: int) -> bool:
    return size & (size - 1) == 0


def _left_size(size: int) -> int:
    """Return the largest power of two below `size`, which is at least 2."""
    return 1 << ((size - 1).bit_length() - 1)


def _range_hash(start: int, stop: int, read_hash: ReadHash) -> bytes:
    # `start` is a multiple of the power of two that covers the range, so its complete
    # subtrees, largest first, are complete subtrees of the whole tree.
    hashes = []
    while start < stop:
        level = (stop - start).bit_length() - 1
        hashes.append(read_hash(level, start >> level))
        start += 1 << level
    return _joined(hashes)


def _joined(hashes: Sequence[bytes]) -> bytes:
    return reduce(lambda right, left: node_hash(left, right), reversed(hashes))
