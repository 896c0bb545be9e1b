"""Open a file with an assessment: JSON, CSV, a workbook or tables in Markdown, told by its content."""

import csv
import json
import os
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook

from milepost.authorities.cmmc.answers import read_answers
from milepost.authorities.cmmc.columns import Row
from milepost.authorities.cmmc.draft import Draft
from milepost.authorities.cmmc.finding_words import legend_of
from milepost.authorities.cmmc.planned_items import Plan, read_plan_document, read_plan_rows
from milepost.authorities.cmmc.tables import MAX_ROWS, TABLE_ENDS, Table, read_table
from milepost.domain.errors import DamagedInput, EmptyInput, HostileInput, InputRefused, OversizedInput
from milepost.workbooks import package

MAX_BYTES = 32 << 20
"""A file with an assessment is not larger than this."""
_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0"
_ASIDE = frozenset({"example", "examples", "instructions", "glossary", "version history", "lookup values"})
_SEPARATORS = ",;\t|"
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


def read_assessment(path: Path) -> Draft:
    """Read what a file says about an assessment.

    Raises:
        InputRefused: the file cannot be read, is no such file, or something in it cannot be told.
    """
    draft = Draft(path.name)
    content = contents(path)
    if content.startswith((_ZIP, _OLE)):
        read_table(draft, Table(_workbook_rows(path), {}))
        return draft
    text = decoded(content, path.name)
    if text.lstrip().startswith(("{", "[")):
        read_answers(draft, parsed(text, path.name))
    else:
        read_table(draft, Table(text_rows(text), legend_of(text)))
    return draft


def read_plan(path: Path) -> Plan:
    """Read a plan: items with requirement, date, effort and what they wait for, as JSON or as a table.

    Raises:
        InputRefused: the file cannot be read, is no plan, or something in it cannot be told.
    """
    draft = Draft(path.name)
    content = contents(path)
    if content.startswith((_ZIP, _OLE)):
        return read_plan_rows(draft, _workbook_rows(path))
    text = decoded(content, path.name)
    if text.lstrip().startswith(("{", "[")):
        return read_plan_document(draft, parsed(text, path.name))
    return read_plan_rows(draft, text_rows(text))


def contents(path: Path) -> bytes:
    """Return the bytes of a file.

    Raises:
        InputRefused: it cannot be read, is empty or too large.
    """
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            what = f"the file has {size:,} bytes, more than the limit of {MAX_BYTES:,}"
            raise OversizedInput(what, where=path.name, fix="give the assessment alone")
        content = path.read_bytes()
    except OSError as error:
        said = os.strerror(error.errno) if error.errno else str(error)
        what = f"the file cannot be read ({said})"
        raise InputRefused(what, where=path.name, fix="check its name and that you may read it") from error
    if not content.strip():
        raise EmptyInput("the file is empty", where=path.name, fix="save or export it again")
    return content


def decoded(content: bytes, name: str) -> str:
    """Return the text of a file: by its mark, else UTF-8, else as Windows writes it.

    Raises:
        DamagedInput: it is no text.
    """
    encoding = next((encoding for mark, encoding in _MARKS if content.startswith(mark)), "utf-8")
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    if "\0" in text:
        raise DamagedInput("the file is no text", where=name, fix="give JSON, CSV, .xlsx or Markdown")
    return text


def parsed(text: str, name: str) -> object:
    """Return a JSON document; a key that stands twice in an object refuses it.

    Raises:
        InputRefused: it is not well formed, too deep or ambiguous.
    """
    try:
        document: object = json.loads(text, object_pairs_hook=_once, parse_constant=_no_number)
    except json.JSONDecodeError as error:
        what = f"not well-formed JSON: {error.msg} in line {error.lineno}"
        raise DamagedInput(what, where=name, fix="correct the line") from error
    except RecursionError as error:
        raise HostileInput("the document is nested too deep", where=name, fix="give it flat") from error
    except ValueError as error:
        raise DamagedInput(str(error), where=name, fix="correct the document") from error
    return document


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise ValueError(f"the key “{twice[:60]}” stands twice")
    return found


def _no_number(text: str) -> object:
    raise ValueError(f"{text} is no number of JSON")


def text_rows(text: str) -> Iterator[tuple[str, Row]]:
    """Yield the rows of a CSV, or of the tables in a Markdown text, with the line of each.

    Raises:
        InputRefused: a cell or the table is too large.
    """
    marked = [line for line in text.splitlines() if line.lstrip().startswith("|")]
    if len(marked) > 1:
        yield from _markdown_rows(text)
        return
    separator = _separator(text)
    reader = csv.reader(StringIO(text, newline=""), delimiter=separator, skipinitialspace=True)
    try:
        for row in reader:
            _check_rows(reader.line_num)
            yield f"line {reader.line_num}", row
    except csv.Error as error:
        raise DamagedInput(f"the table cannot be read ({error})", fix="save it again as CSV") from error


def _separator(text: str) -> str:
    """Return the separator that the most lines have: a preamble does not decide."""
    lines = text.splitlines()[:200]
    return max(_SEPARATORS, key=lambda each: sum(each in line for line in lines))


def _markdown_rows(text: str) -> Iterator[tuple[str, Row]]:
    for number, line in enumerate(text.splitlines(), 1):
        _check_rows(number)
        if line.lstrip().startswith("|"):
            cells = line.strip().strip("|").replace("\\|", "\u2223").split("|")
            yield f"line {number}", [cell.strip().strip("*").strip() for cell in cells]
        else:
            yield f"line {number}", TABLE_ENDS


def _workbook_rows(path: Path) -> Iterator[tuple[str, Row]]:
    """Yield the rows of every sheet; sheets that only explain are passed over."""
    with package.opened(path):
        pass
    try:
        with CalamineWorkbook.from_path(path) as workbook:
            for name in workbook.sheet_names:
                if name.strip().lower() in _ASIDE:
                    continue
                rows = workbook.get_sheet_by_name(name).iter_rows()
                for number, row in enumerate(rows, 1):
                    _check_rows(number)
                    yield f"{name}, row {number}", row
    except CalamineError as error:
        what = f"the workbook cannot be read ({error})"
        raise DamagedInput(what, where=path.name, fix="save it again as .xlsx") from error


def _check_rows(number: int) -> None:
    if number > MAX_ROWS:
        raise OversizedInput(f"the table has more than {MAX_ROWS:,} rows", fix="give the assessment alone")
