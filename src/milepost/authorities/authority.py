"""What the folder of an authority offers: its rules, and the documents that it accepts."""

from dataclasses import dataclass
from datetime import date
from typing import Protocol

from milepost.domain.finding import WeaknessKind
from milepost.domain.rating import Rated, Rating
from milepost.domain.severity import Severity


@dataclass(frozen=True, slots=True)
class Document:
    """A document that an authority accepts.

    `name` is the short name for commands and addresses, `title` the name for people, `ending` that of the
    file, and `source` the official publication whose layout it follows.
    """

    name: str
    title: str
    ending: str
    source: str


class Authority(Protocol):
    """An authority as the rest of Milepost asks it.

    A folder keeps to the same file names: `profile.toml` (what it demands, as data), `deadlines.py` (by when,
    where days do not say it), `severity.py` (how bad), `fields.py` (what its documents say, free of any
    layout), and one module for each document (`workbook.py`). Where the profile says all, there is no code.
    """

    @property
    def name(self) -> str:
        """The short name, as commands take it."""

    @property
    def title(self) -> str:
        """The name for people."""

    @property
    def documents(self) -> tuple[Document, ...]:
        """The documents that it accepts, the one to prefer first."""

    @property
    def impacts(self) -> tuple[str, ...]:
        """The impact levels, classes or levels that a system under it can have."""

    @property
    def consolidated_control(self) -> str:
        """The control under which one item gathers all configuration findings; empty where none does."""

    def rate(self, severity: Severity) -> Rated:
        """Rate what a scanner says, with reason and source."""

    def scan_control(self, kind: WeaknessKind) -> str:
        """Name the control that a scanner's finding is recorded under unless someone says otherwise."""

    def scheduled(self, detected_on: date, rating: Rating) -> date | None:
        """Return the scheduled completion date by the authority's rule; None without a rating."""
