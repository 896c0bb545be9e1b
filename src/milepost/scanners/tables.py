"""The only way in which Milepost reads delimited text (CSV): streamed, whatever its encoding and separator.

The header is searched below whatever stands before it (a report's preamble). A row with fewer or more cells
than the header is a problem and is not read; rows without any text are passed over. Of columns with one
name the first is read, and that is said.
"""

import codecs
import csv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from operator import itemgetter
from typing import BinaryIO, NamedTuple

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
        self.line = header.line

    def place(self, *names: str) -> int | None:
        """Return where the first of these columns stands that the table has; None where it has none."""
        for name in names:
            places = _places(name, self.columns)
            if places:
                self._note_repeated(name, places)
                return places[0]
        return None

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
            line, cells = row
            if line <= self._header_line:
                continue
            if len(cells) != width and not self._fits(row, width):
                continue
            if any(cells):
                cells.append("")
                yield row

    def _note_repeated(self, name: str, places: list[int]) -> None:
        what = f"the column “{name[:80]}” comes {len(places)} times; the first one was read"
        problem = Problem(f"{self._source.name}, line {self._header_line}", what, "keep one of them")
        if len(places) > 1 and problem not in self.problems:
            self.problems.append(problem)

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
    refused: DamagedInput | None = None
    for separator in SEPARATORS:
        try:
            above = _down_to_header(source, encoding, separator, required)
        except DamagedInput as error:
            refused = refused or error
            continue
        if above:
            table = Table(source, encoding, separator, above)
            table.problems += doubt
            return table
    if refused is not None:
        raise refused
    what = f"no row has the columns {', '.join(required)}"
    raise UnknownFormat(what, where=source.name, fix="export the report again with its header")


def best_table(source: Source, score: Callable[[list[str]], tuple[int, int]]) -> Table | None:
    """Find the first row that scores best as a header, whatever the separator; None where none scores.

    Raises:
        DamagedInput: the text has null bytes in it, or its beginning cannot be read with any separator.
    """
    encoding, doubt = _encoding(source)
    best: tuple[tuple[int, int], str, list[Row]] = ((0, 0), "", [])
    refused: DamagedInput | None = None
    for separator in SEPARATORS:
        above: list[Row] = []
        try:
            for row in _read(source, encoding, separator):
                above.append(row)
                if (found := score(row.cells)) > best[0]:
                    best = (found, separator, [*above])
                if row.line > HEADER_LINES:
                    break
        except DamagedInput as error:
            refused = refused or error
    if best[0][0]:
        table = Table(source, encoding, best[1], best[2])
        table.problems += doubt
        return table
    if refused is not None:
        raise refused
    return None


def first_rows(text: str) -> tuple[frozenset[str], ...]:
    """Return the first lines of a text as cells in lower case, whatever separates them."""
    rows = []
    for line in text.splitlines()[:40]:
        for separator in SEPARATORS:
            if separator in line:
                cells = line[: 1 << 14].split(separator)
                rows.append(frozenset(cell.strip().strip('"').strip().casefold() for cell in cells))
    return tuple(rows)


def rows_of(text: str) -> Iterator[list[str]]:
    """Yield the first lines of a text as rows of two cells or more, whatever separates them."""
    lines = text.splitlines()[:HEADER_LINES]
    for separator in SEPARATORS:
        try:
            yield from (row for row in csv.reader(lines, delimiter=separator) if len(row) > 1)
        except csv.Error:
            continue


def _down_to_header(source: Source, encoding: str, separator: str, required: tuple[str, ...]) -> list[Row]:
    """Return the rows down to the header; none if none of the first rows has the required columns."""
    wanted = {name.casefold() for name in required}
    above: list[Row] = []
    for row in _read(source, encoding, separator):
        above.append(row)
        if wanted <= {cell.strip().casefold() for cell in row.cells}:
            return above
        if row.line > HEADER_LINES:
            break
    return []


def _places(name: str, columns: tuple[str, ...]) -> list[int]:
    """Return where columns of this name stand: exactly so written, or else whatever their case."""
    exactly = [place for place, column in enumerate(columns) if column == name]
    wanted = name.casefold()
    return exactly or [place for place, column in enumerate(columns) if column.casefold() == wanted]


def _encoding(source: Source) -> tuple[str, list[Problem]]:
    """Tell how the text is encoded: by its mark, as UTF-8, or else as Windows-1252, which is said."""
    with source.path.open("rb") as file:
        beginning = file.read(4)
        marked = next((encoding for mark, encoding in _MARKS if beginning.startswith(mark)), "")
        file.seek(0)
        decode = codecs.getincrementaldecoder(marked or "utf-8")().decode
        try:
            while block := file.read(_BLOCK):
                if "\0" in decode(block):
                    raise _null_bytes(source)
            decode(b"", True)  # noqa: FBT003 - the end of the text, in the standard library's own words
        except UnicodeDecodeError as error:
            if marked:
                what = f"the text is not {marked}, which it is marked as"
                raise DamagedInput(what, where=source.name, fix="save it as UTF-8") from error
            if _has_null(file):
                raise _null_bytes(source) from error
            what = "the text is not UTF-8; it was read as Windows-1252"
            return "cp1252", [Problem(source.name, what, "check names with accents, or save it as UTF-8")]
    return marked or "utf-8", []


def _has_null(file: BinaryIO) -> bool:
    file.seek(0)
    return any(b"\0" in block for block in iter(lambda: file.read(_BLOCK), b""))


def _null_bytes(source: Source) -> DamagedInput:
    what = "this is no text: it has null bytes in it"
    return DamagedInput(what, where=source.name, fix="export the report again as CSV")


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
