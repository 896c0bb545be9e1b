"""An inventory of assets: FedRAMP's Integrated Inventory Workbook, eMASS's hardware list, and their like."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from milepost.authorities.intake.cells import text_of
from milepost.authorities.intake.reading import tables_in
from milepost.authorities.intake.tables import Cells, Table
from milepost.authorities.intake.words import folded
from milepost.domain.errors import UnknownFormat

_HEADINGS = {
    "unique asset identifier": "name",
    "asset name": "name",
    "machine name": "dns",
    "asset ip address": "address",
    "ip address": "address",
    "fqdn": "dns",
    "ipv4 or ipv6 address": "address",
    "dns name or url": "dns",
    "netbios name": "netbios",
    "public": "public",
    "authenticated scan": "authenticated",
    "in latest scan": "scanned",
    "end of life": "end_of_life",
}
_SEARCHED = 15
_GUIDES = frozenset({"instructions", "guidance", "required", "mandatory", "valid", "optional", "example"})
_ANSWERS = {"yes": True, "no": False, "y": True, "n": False, "true": True, "false": False}
_QUESTIONS = ("public", "authenticated", "scanned")
_NAMES = ("name", "address", "dns", "netbios")


class Listed(NamedTuple):
    """An asset of the inventory: all its names in small letters, and what is answered about it."""

    names: tuple[str, ...]
    public: bool | None
    authenticated: bool | None
    scanned: bool | None
    end_of_life: bool | None


def read_inventory(path: Path) -> list[Listed]:
    """Return the assets of an inventory.

    Raises:
        InputRefused: the file cannot be taken.
        UnknownFormat: no table has the headings of an inventory.
    """
    for table in tables_in(path):
        for number, row in enumerate(table.rows[:_SEARCHED]):
            columns = {
                _HEADINGS[name]: place
                for place, cell in enumerate(row)
                if (name := _folded(cell)) in _HEADINGS
            }
            if "name" in columns:
                return list(_assets(table, number + 1, columns))
    fix = "give the inventory workbook, with the heading UNIQUE ASSET IDENTIFIER or Asset Name"
    raise UnknownFormat("no table with the headings of an inventory was found", where=path.name, fix=fix)


def _folded(cell: object) -> str:
    return folded(cell) if isinstance(cell, str) else ""


def _assets(table: Table, first: int, columns: dict[str, int]) -> Iterator[Listed]:
    for row in table.rows[first:]:
        if columns["name"] > 0 and _GUIDES.intersection(_folded(row[0]).split(" ")):
            continue
        names = tuple(dict.fromkeys(filter(None, (_said(row, columns, name).casefold() for name in _NAMES))))
        if _said(row, columns, "name"):
            public, known, seen = (_answer(row, columns, each) for each in _QUESTIONS)
            yield Listed(names, public, known, seen, _answer(row, columns, "end_of_life"))


def _said(row: Cells, columns: dict[str, int], name: str) -> str:
    column = columns.get(name)
    return text_of(row[column]) if column is not None and column < len(row) else ""


def _answer(row: Cells, columns: dict[str, int], name: str) -> bool | None:
    return _ANSWERS.get(_said(row, columns, name).casefold())
