"""The only way in which Milepost reads delimited text (CSV): streamed, whatever its encoding and separator.

The header is searched below whatever stands before it (a report's preamble). A row with fewer or more cells
than the header is a problem and is not read; rows without any text are passed over.
"""

import codecs
import csv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from operator import itemgetter
from typing import NamedTuple

from milepost.domain.errors import DamagedInput, UnknownFormat
from milepost.domain.problem import Problem
from milepost.scanners.scanner import Source

MAX_CELL = 16 << 20
HEADER_LINES = 200
SEPARATORS = ",;\t|"

_BLOCK = 1 << 20
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


class Row(NamedTuple):
    """A row and the line of the file on which it begins, counted from 1."""

    line: int
    cells: list[str]


class Table:
    """A delimited text whose header was found; `preamble` are the rows before, `problems` grow while reading.

    The cells of a row are addressed by place: `pick` gives a function that takes several at once.
    """

    def __init__(self, source: Source, encoding: str, separator: str, above: list[Row]) -> None:
        """Keep where the rows begin: below the last of those `above`, which is the header."""
        *preamble, header = above
        self.columns = tuple(cell.strip() for cell in header.cells)
        self.preamble = preamble
        self.problems: list[Problem] = []
        self._source = source
        self._encoding = encoding
        self._separator = separator
        self._header_line = header.line

    def place(self, *names: str) -> int | None:
        """Return where the first of these columns stands that the table has; None where it has none."""
        columns = [column.casefold() for column in self.columns]
        known = (columns.index(name.casefold()) for name in names if name.casefold() in columns)
        return next(known, None)

    def pick(self, *names: str | tuple[str, ...]) -> Callable[[list[str]], tuple[str, ...]]:
        """Return a function that takes the cells of these columns, two or more, out of a row of `rows`.

        A column may have several names, of which the first that exists is taken; one that the table lacks
        gives an empty text.
        """
        last = len(self.columns)
        places = [self.place(*([name] if isinstance(name, str) else name)) for name in names]
        first, second, *others = (last if place is None else place for place in places)
        return itemgetter(first, second, *others)

    def rows(self) -> Iterator[Row]:
        """Yield the rows below the header, each with an empty cell after its last one (see `pick`).

        Raises:
            DamagedInput: a quote is never closed, text follows a closing one, or a cell is beyond `MAX_CELL`.
        """
        width = len(self.columns)
        for row in _read(self._source, self._encoding, self._separator):
            if row.line <= self._header_line:
                continue
            cells = row.cells
            if len(cells) != width and not self._fits(row, width):
                continue
            if any(cells):
                cells.append("")
                yield row

    def _fits(self, row: Row, width: int) -> bool:
        """Cut empty cells beyond the header off; a row that still has another width is a problem."""
        cells = row.cells
        while len(cells) > width and not cells[-1]:
            cells.pop()
        if len(cells) == width or not any(cell.strip() for cell in cells):
            return len(cells) == width
        what = f"this row has {len(cells)} cells under {width} headings and was not read"
        self.problems.append(Problem(f"{self._source.name}, line {row.line}", what, "correct the row"))
        return False


def open_table(source: Source, *required: str) -> Table:
    """Find the header, the first row with all `required` columns, and how the text is written.

    Raises:
        DamagedInput: the text has null bytes in it, or a quote in its beginning is never closed.
        UnknownFormat: no row has these columns.
    """
    encoding, doubt = _encoding(source)
    wanted = {name.casefold() for name in required}
    for separator in SEPARATORS:
        preamble: list[Row] = []
        for row in _read(source, encoding, separator):
            if wanted <= {cell.strip().casefold() for cell in row.cells}:
                table = Table(source, encoding, separator, [*preamble, row])
                table.problems += doubt
                return table
            preamble.append(row)
            if row.line > HEADER_LINES:
                break
    what = f"no row has the columns {', '.join(required)}"
    raise UnknownFormat(what, where=source.name, fix="export the report again with its header")


def first_rows(text: str) -> tuple[frozenset[str], ...]:
    """Return the first lines of a text as cells in lower case, whatever separates them."""
    rows = []
    for line in text.splitlines()[:40]:
        for separator in SEPARATORS:
            if separator in line:
                cells = line[: 1 << 14].split(separator)
                rows.append(frozenset(cell.strip().strip('"').strip().casefold() for cell in cells))
    return tuple(rows)


def _encoding(source: Source) -> tuple[str, list[Problem]]:
    """Tell how the text is encoded: by its mark, as UTF-8, or else as Windows-1252, which is said."""
    with source.path.open("rb") as file:
        beginning = file.read(4)
        for mark, encoding in _MARKS:
            if beginning.startswith(mark):
                return encoding, []
        file.seek(0)
        decode = codecs.getincrementaldecoder("utf-8")().decode
        try:
            while block := file.read(_BLOCK):
                if b"\0" in block:
                    what = "this is no text: it has null bytes in it"
                    raise DamagedInput(what, where=source.name, fix="export the report again as CSV")
                decode(block)
            decode(b"", True)  # noqa: FBT003 - the end of the text, in the standard library's own words
        except UnicodeDecodeError:
            what = "the text is not UTF-8; it was read as Windows-1252"
            return "cp1252", [Problem(source.name, what, "check names with accents, or save it as UTF-8")]
    return "utf-8", []


def _read(source: Source, encoding: str, separator: str) -> Iterator[Row]:
    with source.path.open(encoding=encoding, newline="", errors="strict") as file, _longest_cell():
        reader = csv.reader(file, delimiter=separator, strict=True)
        begin = 1
        try:
            for cells in reader:
                yield Row(begin, cells)
                begin = reader.line_num + 1
        except csv.Error as error:
            raise _refusal(source, begin, error) from error
        except UnicodeError as error:
            what = f"the text is not {encoding}"
            raise DamagedInput(what, where=source.name, fix="save it as UTF-8") from error


def _refusal(source: Source, line: int, error: csv.Error) -> DamagedInput:
    said = str(error)
    where = f"{source.name}, line {line}"
    if "end of data" in said:
        return DamagedInput("a quote opened here is never closed", where=where, fix="export the report again")
    if "NUL" in said:
        return DamagedInput("there is a null byte in the text", where=where, fix="export the report again")
    if "field larger" in said:
        return DamagedInput(f"a cell has more than {MAX_CELL:,} characters", where=where, fix="shorten it")
    return DamagedInput(f"this row cannot be read ({said})", where=where, fix="export the report again")


@contextmanager
def _longest_cell() -> Iterator[None]:
    """Allow long cells while a report is read; the limit is the process's, and goes back to what it was."""
    before = csv.field_size_limit(MAX_CELL)
    try:
        yield
    finally:
        csv.field_size_limit(before)
