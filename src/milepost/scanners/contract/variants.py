"""Variants of a report, each broken at one place: wrong types in JSON, spoiled cells, missing parts of XML.

What a variant is made of is a shrunk report: of many records alike a few are left, so that breaking it at
every kind of place takes moments. The places are spread evenly, and are the same every time.
"""

import csv
from collections.abc import Iterator, Sequence
from io import StringIO
from typing import NamedTuple, TypeVar

import msgspec

from milepost.scanners.contract.markup import NONSENSE, broken_markup, shrunk_markup
from milepost.scanners.contract.specimen import Form
from milepost.scanners.tables import SEPARATORS

MOST_RECORDS = 3
MOST_KEYS = 60
MOST_ROWS = 40
MOST_CELL = 1 << 16

T = TypeVar("T")
Path = tuple[str | int, ...]

_WRONG: tuple[object, ...] = (None, "☃", -1, [], {}, [None], {"a": [1]}, True, 1e308, "9" * 400)


class Variant(NamedTuple):
    """A report with one place broken: where, how, its bytes; `spoiled` if a plain value became nonsense."""

    where: str
    how: str
    data: bytes
    spoiled: bool = False


def whole(form: Form, data: bytes) -> bytes:
    """Return the shrunk report of which all variants are made."""
    if form is Form.XML:
        return b"".join(shrunk_markup(data))
    if form is Form.TABLE:
        separator, rows = _rows(data)
        return _written(rows, separator)
    try:
        return msgspec.json.encode(shrunk(msgspec.json.decode(data))) if form is Form.JSON else data
    except (msgspec.DecodeError, UnicodeDecodeError, ValueError):
        return data


def variants(form: Form, data: bytes, most: int) -> Iterator[Variant]:
    """Yield up to `most` variants of a report; none where it cannot be taken apart."""
    if form is Form.JSON:
        yield from _of_json(data, most)
    elif form is Form.LINES:
        yield from _of_lines(data, most)
    elif form is Form.TABLE:
        yield from _of_table(data, most)
    elif form is Form.XML:
        for where, how, broken in spread(list(broken_markup(data)), most):
            yield Variant(where, how, broken, spoiled=NONSENSE in broken and "nonsense" in how)


def spread(everything: Sequence[T], most: int) -> Iterator[T]:
    """Yield at most so many, evenly from the first to the last."""
    count = min(most, len(everything))
    for number in range(count):
        yield everything[number * len(everything) // count]


def shrunk(value: object) -> object:
    """Return a document of which every list keeps its first few members, every object a number of keys."""
    if isinstance(value, list):
        return [shrunk(member) for member in value[:MOST_RECORDS]]
    if isinstance(value, dict):
        kept = list(value.items())[:MOST_KEYS]
        return {key: shrunk(member) for key, member in kept}
    return value


def places(value: object, path: Path = ()) -> Iterator[Path]:
    """Yield the path of every value in a document, the document itself first."""
    yield path
    members = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for key, member in members:
        yield from places(member, (*path, key))


def replaced(value: object, path: Path, by: object) -> object:
    """Return a document with another value at one place."""
    if not path:
        return by
    first, *rest = path
    if isinstance(value, dict):
        return {key: replaced(held, tuple(rest), by) if key == first else held for key, held in value.items()}
    if isinstance(value, list):
        return [replaced(held, tuple(rest), by) if n == first else held for n, held in enumerate(value)]
    return value


def _of_json(data: bytes, most: int) -> Iterator[Variant]:
    try:
        document = shrunk(msgspec.json.decode(data))
    except (msgspec.DecodeError, UnicodeDecodeError, ValueError):
        return
    for where, how, broken, spoiled in _of_document(document, most):
        yield Variant(where, how, msgspec.json.encode(broken), spoiled)


def _of_lines(data: bytes, most: int) -> Iterator[Variant]:
    first, *others = data.split(b"\n")[:MOST_RECORDS]
    try:
        document = shrunk(msgspec.json.decode(first))
    except (msgspec.DecodeError, UnicodeDecodeError, ValueError):
        return
    for where, how, broken, _ in _of_document(document, most):
        yield Variant(where, how, b"\n".join([msgspec.json.encode(broken), *others]))


def _of_document(document: object, most: int) -> Iterator[tuple[str, str, object, bool]]:
    """Yield a document with one place after the other replaced, by nothing and by a wrong type."""
    paths = list(places(document))
    for number, path in enumerate(spread(paths, max(1, most // 2))):
        wrong = _WRONG[1 + number % (len(_WRONG) - 1)]
        plain = not isinstance(_at(document, path), dict | list)
        for by in (None, wrong):
            spoiled = plain and by is not None
            yield _shown(path), f"is {str(by)[:20]!r}", replaced(document, path, by), spoiled


def _at(value: object, path: Path) -> object:
    for key in path:
        if isinstance(value, dict):
            value = value.get(key)
        elif isinstance(value, list) and isinstance(key, int):
            value = value[key]
    return value


def _shown(path: Path) -> str:
    keys = (f"[{key}]" if isinstance(key, int) else f".{key}" for key in path)
    return "".join(keys).lstrip(".") or "the document"


def _of_table(data: bytes, most: int) -> Iterator[Variant]:
    separator, rows = _rows(data)
    cells = [(line, column) for line, row in enumerate(rows) for column in range(len(row))]
    wrong = ("", "☃", "-1", "9" * 400, "0000-99-99T99:99:99Z", "x" * MOST_CELL)
    for number, (line, column) in enumerate(spread(cells, most)):
        by = wrong[0] if number % 2 else wrong[number // 2 % len(wrong)]
        broken = [list(row) for row in rows]
        broken[line][column] = by
        where, how = f"row {line + 1}, cell {column + 1}", f"is {by[:20]!r}"
        yield Variant(where, how, _written(broken, separator), spoiled=bool(by))


def _rows(data: bytes) -> tuple[str, list[list[str]]]:
    """Return the separator and the first rows of a table; no rows where they cannot be told apart."""
    text = _text(data)
    separator = _separator(text)
    before = csv.field_size_limit(1 << 24)
    try:
        return separator, list(csv.reader(StringIO(text, newline=""), delimiter=separator))[:MOST_ROWS]
    except csv.Error:
        return separator, []
    finally:
        csv.field_size_limit(before)


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _separator(text: str) -> str:
    """Return the separator that comes most often in the first lines."""
    beginning = text[: 1 << 14]
    return max(SEPARATORS, key=beginning.count)


def _written(rows: list[list[str]], separator: str) -> bytes:
    text = StringIO(newline="")
    csv.writer(text, delimiter=separator).writerows(rows)
    return text.getvalue().encode(errors="replace")
