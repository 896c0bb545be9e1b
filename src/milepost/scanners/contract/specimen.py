"""A report taken into the hand: its bytes, what kind of text it is, what its reader makes of any variant."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory

from milepost.domain.errors import MilepostError
from milepost.domain.finding import AssetReport
from milepost.domain.problem import Problem
from milepost.domain.statement import Statement
from milepost.scanners.archives import Kind, kind_of
from milepost.scanners.opening import HEAD_BYTES, head_of, read_report
from milepost.scanners.scanner import Head, Part, Scanner, Source

_WIDE = (b"\xff\xfe", b"\xfe\xff")


class Form(StrEnum):
    """How a text is built, as far as it matters for breaking it."""

    XML = "XML"
    JSON = "JSON"
    LINES = "lines of JSON"
    TABLE = "delimited text"
    OTHER = "other text"


@dataclass(frozen=True, slots=True)
class Read:
    """What a reader said of a report, in its order."""

    scanner: Scanner
    name: str
    parts: tuple[Part, ...]

    @property
    def reports(self) -> tuple[AssetReport, ...]:
        """The assets."""
        return tuple(part for part in self.parts if isinstance(part, AssetReport))

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What could not be taken as it stands."""
        return tuple(part for part in self.parts if isinstance(part, Problem))

    @property
    def statements(self) -> tuple[Statement, ...]:
        """What the report states without finding it."""
        return tuple(part for part in self.parts if isinstance(part, Statement))


@dataclass(frozen=True, slots=True)
class Refused:
    """The product's own refusal, which is a proper answer."""

    error: MilepostError


@dataclass(frozen=True, slots=True)
class Broke:
    """The reader ended with what no reader may end with."""

    error: Exception


@dataclass(frozen=True, slots=True)
class Foreign:
    """The reader does not take the file for one of its own."""


Answer = Read | Refused | Broke | Foreign


@dataclass(frozen=True, slots=True)
class Specimen:
    """A report and its reader; `folder` is where its variants are written, one over the other."""

    scanner: Scanner
    path: Path
    name: str
    data: bytes
    folder: Path

    @property
    def head(self) -> Head:
        """The beginning, as readers get it to recognise the format."""
        return head_of(self.data[:HEAD_BYTES])

    @property
    def form(self) -> Form:
        """What kind of text it is; text in two-byte characters counts as other."""
        if self.data.startswith(_WIDE) or b"\0" in self.data[:64]:
            return Form.OTHER
        head = self.head
        if head.root:
            return Form.XML
        if head.text.lstrip()[:1] in {"{", "["}:
            return Form.LINES if _is_lines(self.data) else Form.JSON
        return Form.TABLE if len(head.rows) > 1 else Form.OTHER

    def answer(self, data: bytes | None = None) -> Answer:
        """Let the reader recognise and read a variant, or the report as it stands."""
        if data is None:
            return answer(self.scanner, self.path, self.name)
        path = self.folder / "variant"
        path.write_bytes(data)
        return answer(self.scanner, path, self.name)


@contextmanager
def specimen(scanner: Scanner, path: Path, name: str) -> Iterator[Specimen]:
    """Take a report into the hand; what is written of it goes with the block."""
    with TemporaryDirectory(prefix="milepost-contract-") as folder:
        yield Specimen(scanner, path, name, path.read_bytes(), Path(folder))


def head_at(path: Path) -> Head:
    """Return the beginning of a file, as readers get it."""
    if kind_of(path) is Kind.WORKBOOK:
        return Head("\0", workbook=True)
    with path.open("rb") as file:
        return head_of(file.read(HEAD_BYTES))


def answer(scanner: Scanner, path: Path, name: str) -> Answer:
    """Let one reader recognise and read one file, whatever happens."""
    source = Source(path, name, path.stat().st_size)
    try:
        if not scanner.recognises(head_at(path)):
            return Foreign()
        return Read(scanner, name, tuple(read_report(source, scanner)))
    except MilepostError as error:
        return Refused(error)
    except Exception as error:  # noqa: BLE001 - that nothing else is raised is what is asked
        return Broke(error)


def _is_lines(data: bytes) -> bool:
    """Tell whether the first line closes what it opens and another one follows."""
    first, _, rest = data.strip().partition(b"\n")
    return first.rstrip().endswith(b"}") and rest.lstrip()[:1] == b"{"
