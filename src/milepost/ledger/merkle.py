"""The Merkle tree of RFC 6962, 2.1, grown leaf by leaf: only the roots of full subtrees are kept."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256

EMPTY = sha256(b"").digest()
_DIGEST = 32


@dataclass(slots=True)
class Tree:
    """A tree of some leaves; `peaks` are the roots of its full subtrees, the largest first."""

    size: int = 0
    peaks: list[bytes] = field(default_factory=list)

    def grow(self, data: bytes) -> None:
        """Add a leaf."""
        node = sha256(b"\x00" + data).digest()
        full = self.size
        while full & 1:
            node = sha256(b"\x01" + self.peaks.pop() + node).digest()
            full >>= 1
        self.peaks.append(node)
        self.size += 1

    @property
    def root(self) -> bytes:
        """The root of all leaves."""
        if not self.peaks:
            return EMPTY
        node = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            node = sha256(b"\x01" + peak + node).digest()
        return node

    def packed(self) -> bytes:
        """Return what is kept of the tree as bytes."""
        return b"".join(self.peaks)


def unpacked(size: int, peaks: bytes) -> Tree:
    """Return the tree that was kept."""
    return Tree(size, [peaks[place : place + _DIGEST] for place in range(0, len(peaks), _DIGEST)])


def root_of(leaves: Iterable[bytes]) -> bytes:
    """Return the root of some leaves."""
    tree = Tree()
    for leaf in leaves:
        tree.grow(leaf)
    return tree.root
