"""A look as it is stored: which occurrences a scan saw, and which weaknesses it tested."""

import zlib
from array import array
from collections.abc import Iterable

import msgspec

from milepost.domain.presence import EVERYTHING, Tested
from milepost.records import bulk
from milepost.records.intake.digests import digest

_FAST = 1


def packed(pairs: Iterable[tuple[int, int]]) -> bytes:
    """Return pairs of occurrence and sighting ids as compressed 64-bit integers."""
    flat = array("q", (number for pair in pairs for number in pair))
    return zlib.compress(flat.tobytes(), _FAST)


def unpacked(blob: bytes) -> dict[int, int]:
    """Return what `packed` stored, as a mapping from occurrence id to sighting id."""
    flat = array("q")
    flat.frombytes(zlib.decompress(blob))
    return dict(zip(flat[::2], flat[1::2], strict=True))


class TestedIntake:
    """Keeps what a scan tested, once for all assets on which it tested the same."""

    def __init__(self, system_id: int) -> None:
        """Start with an empty memory for one import into one system."""
        self._system_id = system_id
        self._ids: dict[Tested, int] = {}

    def row(self, tested: Tested) -> int | None:
        """Return the row that holds what was tested; None where that is everything."""
        if tested == EVERYTHING:
            return None
        if tested not in self._ids:
            self._ids[tested] = self._find_or_insert(_body(tested))
        return self._ids[tested]

    def _find_or_insert(self, body: bytes) -> int:
        mark = digest(body)
        found = list(
            bulk.select(
                "SELECT id FROM records_testedids WHERE system_id = %s AND digest IN ({})",
                [mark],
                self._system_id,
            )
        )
        if found:
            return int(str(found[0][0]))
        (row,) = bulk.allocate("records_testedids", 1)
        bulk.insert(
            "records_testedids",
            ("id", "system_id", "digest", "body"),
            [(row, self._system_id, mark, zlib.compress(body))],
        )
        return row


def tested_from(body: bytes) -> Tested:
    """Return what `TestedIntake` stored."""
    stored = msgspec.json.decode(zlib.decompress(body), type=_Stored)
    assessed = None if stored.assessed is None else frozenset(stored.assessed)
    return Tested(assessed, frozenset(stored.unassessed))


class _Stored(msgspec.Struct):
    assessed: list[str] | None
    unassessed: list[str]


def _body(tested: Tested) -> bytes:
    assessed = None if tested.assessed is None else sorted(tested.assessed)
    return msgspec.json.encode(_Stored(assessed, sorted(tested.unassessed)))
