"""One measured figure beside what was asked of it, and many of them as a table and as JSON."""

import os
import platform
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from statistics import median
from typing import NamedTuple


class Limit(NamedTuple):
    """What this machine needs for the same input at the very least, measured in the same run."""

    name: str
    runs: Sequence[float]

    @property
    def measured(self) -> float:
        """The median."""
        return median(self.runs)


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure: what is measured, in which unit, and how much of it is allowed.

    With `times`, as much is allowed as that many times the limit; otherwise `allowed` says it. `runs` are all
    measurements, the median counts. `details` are figures beside it, of which nothing was asked. A figure
    that cannot be measured here says why in `skipped`.
    """

    name: str
    database: str
    unit: str
    runs: Sequence[float] = ()
    allowed: float = 0.0
    limit: Limit | None = None
    times: float | None = None
    details: dict[str, object] = field(default_factory=dict)
    skipped: str = ""

    @property
    def measured(self) -> float:
        """The median of the runs."""
        return median(self.runs)

    @property
    def most(self) -> float:
        """How much is allowed, in the figure's unit."""
        return self.limit.measured * self.times if self.limit and self.times else self.allowed

    @property
    def met(self) -> bool | None:
        """Whether no more than allowed was measured; None where nothing was."""
        return None if self.skipped else self.measured <= self.most

    def line(self) -> tuple[str, ...]:
        """Return the figure as a line of the table."""
        if self.skipped:
            return self.name, self.database, self._asked(), "skipped", self.skipped, ""
        ratio = f"{self.measured / self.most:.2f} × asked"
        if self.limit:
            ratio = f"{self.measured / self.limit.measured:.2f} × {self.limit.name}"
        return self.name, self.database, self._asked(), self._shown(self.measured), ratio, _WORDS[self.met]

    def document(self) -> dict[str, object]:
        """Return the figure for the JSON document."""
        document = asdict(self) | {"asked": self._asked(), "met": self.met}
        if not self.skipped:
            document |= {"measured": self.measured, "allowed": self.most}
        if self.limit:
            document["limit"] = {
                "name": self.limit.name,
                "measured": self.limit.measured,
                "runs": self.limit.runs,
            }
            document["ratio"] = None if self.skipped else self.measured / self.limit.measured
        return document

    def _asked(self) -> str:
        if self.limit and self.times:
            return f"≤ {self.times:g} × {self.limit.name} = {self._shown(self.most)}"
        return f"≤ {self._shown(self.most)}"

    def _shown(self, value: float) -> str:
        return f"{value:,.0f} {self.unit}" if value >= _LARGE else f"{value:.3g} {self.unit}"


_WORDS = {True: "yes", False: "NO", None: ""}
_LARGE = 100
_HEADINGS = ("figure", "database", "asked", "measured", "ratio", "met")


def table(figures: Iterable[Figure]) -> str:
    """Return figures as a table for people."""
    lines = [_HEADINGS, *(figure.line() for figure in figures)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    ruled = [lines[0], tuple("-" * width for width in widths), *lines[1:]]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in ruled
    )


def document(figures: Iterable[Figure], *, scale: float) -> dict[str, object]:
    """Return figures with the machine they were measured on."""
    machine = {
        "system": platform.platform(),
        "processors": os.cpu_count(),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
    }
    return {"machine": machine, "scale": scale, "figures": [figure.document() for figure in figures]}
