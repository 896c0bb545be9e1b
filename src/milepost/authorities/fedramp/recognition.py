"""Which layout a workbook has, told by its own headings, and where everything stands in it."""

from dataclasses import dataclass

from milepost.authorities.fedramp.layouts import LABEL_ROW, LAYOUTS, ItemSheet, Layout
from milepost.authorities.sheets.template import NamedSheet, Template, folded
from milepost.domain.errors import UnknownFormat

_SEARCHED = 40
_LABELS = frozenset({"guidance", "examples", "mandatory or situational"})
_NAMED = 4
_Texts = dict[int, dict[str, str]]


@dataclass(frozen=True, slots=True)
class Place:
    """A sheet of items in the user's workbook: `letters` gives the column of each heading."""

    sheet: ItemSheet
    named: NamedSheet
    letters: dict[str, str]
    first_row: int
    block: dict[str, str]


def recognised(template: Template) -> tuple[Layout, tuple[Place, ...]]:
    """Return the layout that the headings agree with, and the places of its sheets.

    Raises:
        UnknownFormat: it is no FedRAMP POA&M workbook of a known layout; the sentence names what is missing.
    """
    tried = [(layout, *_compare(template, layout)) for layout in LAYOUTS.values()]
    layout, places, missing = max(tried, key=lambda attempt: _agreement(attempt[1], attempt[2]))
    if missing:
        named = "; ".join(missing[:_NAMED]) + ("; …" if len(missing) > _NAMED else "")
        raise UnknownFormat(
            f"this is no FedRAMP POA&M workbook of template {' or '.join(LAYOUTS)}: {named}",
            where=template.package.name,
            fix="choose the official template, or a workbook made from it",
        )
    return layout, tuple(places)


def _agreement(places: list[Place], missing: list[str]) -> tuple[int, int]:
    return sum(len(place.letters) for place in places), -len(missing)


def _compare(template: Template, layout: Layout) -> tuple[list[Place], list[str]]:
    """Find the sheets of a layout and their columns, and say what is missing."""
    places: list[Place] = []
    missing: list[str] = []
    for sheet in layout.item_sheets:
        named = template.sheet(sheet.form.name)
        if named is None:
            missing += [] if sheet.optional else [f"the sheet {sheet.form.name!r} is missing"]
            continue
        texts = template.first_rows(template.divided(named), _SEARCHED)
        header_row, letters = _headings(texts, sheet)
        absent = [column.header for column in sheet.columns if column.header not in letters]
        missing += [f"the sheet {sheet.form.name!r} has no column {header!r}" for header in absent]
        first = _first_row(texts, header_row, letters.get(sheet.key, ""))
        places.append(Place(sheet, named, letters, first, _block(texts, header_row, sheet)))
    return places, missing


def _headings(texts: _Texts, sheet: ItemSheet) -> tuple[int, dict[str, str]]:
    """Find the row with most of the headings, and the column of each; the first of equals holds."""
    wanted = {folded(column.header): column.header for column in sheet.columns}
    best: tuple[int, dict[str, str]] = (0, {})
    for number, row in texts.items():
        found: dict[str, str] = {}
        for column, text in row.items():
            header = wanted.get(folded(text))
            if header:
                found.setdefault(header, column)
        if len(found) > len(best[1]):
            best = (number, found)
    return best


def _first_row(texts: _Texts, header_row: int, key: str) -> int:
    """Return the row after the headings and the guidance, example and mark rows below them."""
    number = header_row + 1
    while _is_guidance(texts.get(number, {}), key):
        number += 1
    return number


def _is_guidance(row: dict[str, str], key: str) -> bool:
    label, identifier = folded(row.get("A", "")), folded(row.get(key, ""))
    return label in _LABELS or identifier.startswith("unique identifier") or identifier.endswith("example")


def _block(texts: _Texts, header_row: int, sheet: ItemSheet) -> dict[str, str]:
    """Return the cell of each value above the headings, found by its label."""
    found: dict[str, str] = {}
    below = sheet.block_row - LABEL_ROW
    for number in range(1, header_row):
        for column, text in texts.get(number, {}).items():
            for field in sheet.block:
                if folded(field.label) == folded(text):
                    found.setdefault(field.label, f"{column}{number + below}")
    return found
