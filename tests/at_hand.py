"""Reports read in the process of the test, for tests of something else than the process that reads."""

import io
from pathlib import Path
from typing import Self

from milepost.scanners.frames import LENGTH_BYTES
from milepost.scanners.isolated import serve
from milepost.scanners.isolation import Limits
from milepost.scanners.sheets.columns import TableWishes


class AtHand:
    """Stands for `isolation.Child`: the same work and the same frames, without a Python started for each."""

    def __init__(self, path: Path, name: str, batch: int, limits: Limits, wishes: TableWishes | None) -> None:
        """Read the report to its end."""
        del limits
        self._frames = io.BytesIO()
        serve(path, name, batch, self._frames, wishes.as_json() if wishes else "")
        self._frames.seek(0)

    def __enter__(self) -> Self:
        """There is nothing to start."""
        return self

    def __exit__(self, *_: object) -> None:
        """There is nothing to end."""

    def frame(self) -> bytes:
        """Return the next frame."""
        return self._frames.read(int.from_bytes(self._frames.read(LENGTH_BYTES), "little"))
