"""Tables from text: CSV whatever its encoding and separator."""

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path

from milepost.authorities.intake.tables import Cells, Table
from milepost.domain.errors import DamagedInput

_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_SEPARATORS = ",;\t|"
_SAMPLED = 20
_LONGEST = 4 << 20


def text_of(content: bytes, name: str) -> str:
    """Decode a text: by its mark, as UTF-8, or as Windows-1252.

    Raises:
        DamagedInput: it is no text.
    """
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return content.decode(encoding, errors="replace")
    if b"\0" in content:
        fix = "give the plan as .xlsx, .csv or .md"
        raise DamagedInput("this is no text: it has null bytes in it", where=name, fix=fix)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def delimited_table(path: Path, text: str, separator: str = "") -> Table:
    """Return the one table of a CSV file, with the line on which each row begins.

    Without a separator the most regular one is taken.

    Raises:
        DamagedInput: a cell is longer than any cell of a plan can be.
    """
    with _longest_cell():
        return _read(path, text, separator or _separator(text))


@contextmanager
def _longest_cell() -> Iterator[None]:
    """Allow cells as long as a plan's can be; the limit is the process's, and goes back to what it was."""
    before = csv.field_size_limit(_LONGEST)
    try:
        yield
    finally:
        csv.field_size_limit(before)


def _read(path: Path, text: str, separator: str) -> Table:
    reader = csv.reader(StringIO(text, newline=""), delimiter=separator)
    rows: list[Cells] = []
    lines: list[int] = []
    begin = 1
    try:
        for row in reader:
            rows.append(list(row))
            lines.append(begin)
            begin = reader.line_num + 1
    except csv.Error as cause:
        what = f"line {begin} cannot be read ({cause})"
        raise DamagedInput(what, where=path.name, fix="save the table again as CSV") from cause
    return Table(path.name, rows, tuple(lines))


def _separator(text: str) -> str:
    """Return the separator that cuts the first lines into the most columns of the same number."""
    lines = text.splitlines()[:_SAMPLED]

    def regularity(mark: str) -> tuple[int, int]:
        counts = [len(row) for row in csv.reader(lines, delimiter=mark) if row]
        widest = max(counts, default=1)
        return (counts.count(widest) if widest > 1 else 0, widest)

    return max(_SEPARATORS, key=regularity)
