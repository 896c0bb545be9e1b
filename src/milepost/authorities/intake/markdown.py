"""Tables from Markdown: pipe tables, and sections with `**Field:** value` below an item's identifier."""

import re
from pathlib import Path

from milepost.authorities.intake.tables import Cells, Table

_RULED = frozenset("|:- \t")
_SECTION = re.compile(r"#{2,5}\s+((?:POA&?M|V)[-\w]*-\d+)\b[:.\s]*(.*)", re.IGNORECASE)
_HEADING = re.compile(r"#{1,6}\s")
_FIELD = re.compile(r"(?:[-*]\s+)?\*\*([^*]+?):?\*\*:?\s*(.*)")
_COUNT = re.compile(
    r"^\*\*(Total[^*:]*|Open|In Progress|Remediated|Verified|Closed):\*\*\s*(\d+)\b",
    re.MULTILINE | re.IGNORECASE,
)
_PIPE = re.compile(r"(?<!\\)\|")
_EMPHASIS = re.compile(r"(\*\*|__|`)(.+?)\1")
_BOX = re.compile(r"^[^\w\s(\[\"'-]+\s*")
_NAMES = ("POAM ID", "Title")


def is_markdown(path: Path, text: str) -> bool:
    """Tell whether a text is Markdown: by its ending, or by a ruled table or a section of an item in it."""
    if path.suffix.lower() in {".md", ".markdown"}:
        return True
    return any(_is_rule(line) for line in text.splitlines()[:200])


def _is_rule(line: str) -> bool:
    """Tell whether a line is the rule below the headings of a table."""
    return "---" in line and "|" in line and _RULED.issuperset(line)


def markdown_tables(path: Path, text: str) -> list[Table]:
    """Return the pipe tables in order, then one table of the sections if there are any."""
    lines = text.splitlines()
    tables = list(_pipe_tables(path, lines))
    sections = _sections(path, lines)
    return [*tables, sections] if sections else tables


def summary_in(text: str) -> dict[str, str]:
    """Return the counts of a summary: lines such as `**Open:** 3`, as facts `summary:open`."""
    found: dict[str, str] = {}
    for name, number in _COUNT.findall(text):
        label = "total" if name.lower().startswith("total") else name.lower()
        found.setdefault(f"summary:{label}", number)
    return found


def _pipe_tables(path: Path, lines: list[str]) -> list[Table]:
    found = []
    number = 1
    while number < len(lines):
        if _is_rule(lines[number]) and "|" in lines[number - 1]:
            start, rows = number, [_cells(lines[number - 1])]
            number += 1
            while number < len(lines) and "|" in lines[number]:
                rows.append(_cells(lines[number]))
                number += 1
            places = (start, *range(start + 2, start + 1 + len(rows)))
            found.append(Table(path.name, rows, places))
        number += 1
    return found


def _cells(line: str) -> Cells:
    inner = line.strip().removeprefix("|").removesuffix("|")
    return [_plain(part) for part in _PIPE.split(inner)]


def _plain(text: str) -> str:
    text = _EMPHASIS.sub(r"\2", text.replace("\\|", "|").replace("<br>", "\n").strip())
    return _BOX.sub("", text).strip()


def _sections(path: Path, lines: list[str]) -> Table | None:
    """Gather the sections: each is a row, each bold name at the beginning of a line is a column."""
    items: list[tuple[int, dict[str, str]]] = []
    name = ""
    for number, line in enumerate(lines, 1):
        section = _SECTION.match(line)
        if section:
            items.append((number, {_NAMES[0]: section[1], _NAMES[1]: section[2].strip()}))
            name = ""
        elif _HEADING.match(line):
            name = ""
            if items:
                items.append((0, {}))
        elif items:
            name = _take(items[-1][1], line, name)
    kept = [(number, item) for number, item in items if number]
    if not kept:
        return None
    headings = list(dict.fromkeys(heading for _, item in kept for heading in item))
    rows: list[Cells] = [[item.get(heading, "") for heading in headings] for _, item in kept]
    first: Cells = list(headings)
    return Table(path.name, [first, *rows], (0, *(number for number, _ in kept)))


def _take(item: dict[str, str], line: str, name: str) -> str:
    """Put a line to its field; return the name of the field that the next lines belong to."""
    field = _FIELD.match(line.strip())
    if field:
        item.setdefault(field[1].strip(), _plain(field[2]))
        return field[1].strip()
    if name and line.strip() and not line.startswith("---"):
        item[name] = f"{item[name]}\n{line.strip()}".strip()
    return name
