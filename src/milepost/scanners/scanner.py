"""The contract of a scanner's reader: how a report is recognised, how it is read, what is known of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, runtime_checkable

from milepost.domain.finding import AssetReport
from milepost.domain.problem import Problem
from milepost.domain.statement import Statement
from milepost.scanners.about import About

Part = AssetReport | Problem | Statement


@dataclass(frozen=True, slots=True)
class Head:
    """The beginning of a file, enough to recognise a format by content and never by name.

    `text` is the decoded beginning (at most 64 KiB, byte order mark removed); `root` is the name of the
    XML root element without its namespace, empty for other files; `keys` are the top-level keys of a JSON
    object (or of the first object of a JSON list, or of the first of several lines of JSON) as far as the
    beginning shows them; `rows` are the first lines of a text as cells, whatever separates them. `workbook`
    says that the file is a package with sheets in it (.xlsx).
    """

    text: str
    root: str = ""
    keys: frozenset[str] = frozenset()
    rows: tuple[frozenset[str], ...] = ()
    workbook: bool = False

    def has_columns(self, *names: str) -> bool:
        """Tell whether one of the first lines names all these columns, whatever the case."""
        wanted = {name.casefold() for name in names}
        return any(wanted <= row for row in self.rows)


@dataclass(frozen=True, slots=True)
class Source:
    """A file to read: where it is, how it is named to people, its size in bytes."""

    path: Path
    name: str
    size: int


@runtime_checkable
class Scanner(Protocol):
    """A format: one file in a folder of this one, one line in the list, samples."""

    @property
    def name(self) -> str:
        """The format's short name, as `milepost read` prints it."""

    @property
    def title(self) -> str:
        """The format's name for people."""

    @property
    def about(self) -> About:
        """What the reader takes from the format, and how well that is proved."""

    def recognises(self, head: Head) -> bool:
        """Tell by content alone whether this reader is the one for the file."""

    def read(self, source: Source) -> Iterator[Part]:
        """Stream what the report says, one asset at a time.

        Raises:
            InputRefused: the file as a whole cannot be taken (damaged, hostile); nothing of it counts.
        """
