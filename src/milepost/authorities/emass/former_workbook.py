"""The user's own template or export: where its headings stand, its items with their rows as they are."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from milepost.authorities.emass.layout import DATES, Form, fields_in, form_of
from milepost.authorities.intake.reading import read_plan
from milepost.authorities.sheets.cells import Kept
from milepost.authorities.sheets.markup import Cell, attributes, cells, element, moved, rows
from milepost.authorities.sheets.template import NamedSheet, Template, folded
from milepost.authorities.sheets.text import column_number, escape
from milepost.domain.errors import UnknownFormat
from milepost.domain.plan_item import PlanItem

_SEARCHED = 40
_NEEDED = ("description", "status")
_EXPLAINING = frozenset({"example", "examples"})
_FORMULA = element("f")
BaseRow = Mapping[str, Cell]


@dataclass(frozen=True, slots=True)
class BaseItem:
    """An item of the base as it is read, and the numbers of its rows, blank ones between them included."""

    item: PlanItem
    rows: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Base:
    """The sheet of items: `letters` gives the column of each field, `rows` the cells of every row of data.

    `above` are rows of data before the first item. `columns` are all that a row of data can have.
    """

    sheet: NamedSheet
    letters: Mapping[str, str]
    form: Form
    first_row: int
    rows: Mapping[int, BaseRow]
    above: tuple[int, ...]
    items: tuple[BaseItem, ...]
    columns: tuple[str, ...]

    @property
    def dates(self) -> frozenset[str]:
        """The columns of dates."""
        return frozenset(column for name, column in self.letters.items() if name in DATES)

    def kept(self, number: int, column: str, target: int) -> Kept | None:
        """Return a cell as it stands, for the row where it goes; None where there is none."""
        cell = self.rows.get(number, {}).get(column)
        if cell is None:
            return None
        return Kept(cell.marks, _formula_moved(cell.inside or "", target - number))


def read_base(template: Template, path: Path) -> Base:
    """Read the sheet of items of a workbook.

    Raises:
        UnknownFormat: no sheet has the headings of an eMASS import workbook.
    """
    for sheet in template.sheets:
        if folded(sheet.name) in _EXPLAINING:
            continue
        found = _headings(template, sheet)
        if found:
            return _base(template, sheet, found, path)
    raise UnknownFormat(
        "this is no eMASS POA&M import workbook: no sheet has its headings",
        where=template.package.name,
        fix="export the POA&M from eMASS, or take the blank template of its help page",
    )


def _headings(template: Template, sheet: NamedSheet) -> tuple[int, dict[str, str]] | None:
    """Return the row with most of the known headings, and its texts by column."""
    best: tuple[int, int, dict[str, str]] = (0, 0, {})
    for number, texts in template.first_rows(template.divided(sheet), _SEARCHED).items():
        count = len(fields_in(texts))
        if count > best[0]:
            best = (count, number, texts)
    _, number, texts = best
    return (number, texts) if all(name in fields_in(texts) for name in _NEEDED) else None


def _base(template: Template, sheet: NamedSheet, found: tuple[int, dict[str, str]], path: Path) -> Base:
    header_row, headings = found
    letters = fields_in(headings)
    below = {
        row.number: {cell.column: cell for cell in cells(row.inside)}
        for row in rows(template.divided(sheet).rows)
        if row.number > header_row
    }
    filled = {number: row for number, row in below.items() if any(cell.inside for cell in row.values())}
    items = _items(path, sheet, filled)
    starts = [each.row for each in items]
    above = tuple(number for number in filled if not starts or number < starts[0])
    columns = {*headings, *(column for row in filled.values() for column in row)} | set(letters.values())
    form = form_of({name: headings[column] for name, column in letters.items()})
    return Base(
        sheet,
        letters,
        form,
        header_row + 1,
        filled,
        above,
        tuple(_with_rows(items, max(filled, default=0))),
        tuple(sorted(columns, key=column_number)),
    )


def _items(path: Path, sheet: NamedSheet, filled: Mapping[int, BaseRow]) -> list[PlanItem]:
    """Read the items of the sheet; an empty workbook has none."""
    if not filled:
        return []
    plan = read_plan(path)
    names = [each.name for each in plan.sheets]
    if sheet.name not in names:
        return []
    number = names.index(sheet.name)
    return [item for item in plan.items if item.sheet == number]


def _with_rows(items: list[PlanItem], last: int) -> Iterable[BaseItem]:
    ends = [item.row for item in items[1:]] + [last + 1]
    for item, end in zip(items, ends, strict=False):
        yield BaseItem(item, tuple(range(item.row, end)))


def _formula_moved(inside: str, down: int) -> str:
    """Return a cell's content for another row; a formula shared with others gives way to its value."""
    found = _FORMULA.search(inside) if down and "<f" in inside else None
    if found is None:
        return inside
    plain = attributes(found[1]).get("t", "normal") == "normal"
    text = moved(found[2] or "", down) if plain else ""
    return inside.replace(found[0], f"<f>{escape(text)}</f>" if text else "")
