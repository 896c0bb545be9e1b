"""The tables in a file, as rows of cells; what kind of file it is, is told by its content."""

from dataclasses import dataclass
from pathlib import Path

from milepost.domain.errors import EmptyInput, InputRefused, OversizedInput, UnknownFormat
from milepost.domain.plan_document import CellValue

MAX_BYTES = 256 << 20
"""The largest document that is read: 256 MiB."""
_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0"
_BINARY = (b"%PDF", b"\x1f\x8b", b"\x7fELF", b"MZ", b"SQLite format 3", b"\x89PNG", b"\xff\xd8\xff")
_HEAD = 4096

Cells = list[CellValue]


@dataclass(frozen=True, slots=True)
class Table:
    """A table: row and column of the first cell are 0; `lines` gives each row's line where it is text."""

    name: str
    rows: list[Cells]
    lines: tuple[int, ...] = ()
    hidden: bool = False


def head_of(path: Path) -> bytes:
    """Return the beginning of a file.

    Raises:
        InputRefused: it cannot be read, is empty, too large, or of a kind that holds no table.
    """
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except OSError as error:
        what = f"the file cannot be read ({error.strerror})"
        raise InputRefused(what, where=path.name, fix="check its name and that you may read it") from error
    if not head.strip():
        raise EmptyInput("the file is empty", where=path.name, fix="choose the filled document")
    if size > MAX_BYTES:
        what = f"the file has {size:,} bytes, more than the limit of {MAX_BYTES:,}"
        raise OversizedInput(what, where=path.name, fix="give the plan in parts")
    _refuse_others(path.name, head)
    return head


def is_package(head: bytes) -> bool:
    """Tell whether a file is a zip package, as workbooks are."""
    return head.startswith(_ZIP)


def _refuse_others(name: str, head: bytes) -> None:
    if head.startswith(_OLE):
        what = "this is an old .xls, or a workbook with a password"
        fix = "save it as .xlsx in a spreadsheet program, without a password"
        raise UnknownFormat(what, where=name, fix=fix)
    if head.startswith(_BINARY):
        fix = "give the plan as .xlsx, .xlsm, .csv or .md"
        raise UnknownFormat("this is no table: it is binary data", where=name, fix=fix)
