"""Asset lists that no cell can hold go to a sheet of their own, as FedRAMP's users do it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest

from milepost.authorities.fedramp.fields import PoamRow
from milepost.authorities.fedramp.values import Rule, asset_identifiers
from milepost.authorities.sheets.cells import Value
from milepost.authorities.sheets.text import fits, letters

ASSETS_SHEET = "POAM Assets"


@dataclass(slots=True)
class AssetLists:
    """The lists that did not fit: one column each on the sheet POAM Assets, headed by the item's id."""

    lists: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)

    def place(self, row: PoamRow) -> str:
        """Keep an item's assets for the sheet and return the words that point there."""
        self.lists.append((row.poam_id, row.asset_identifiers))
        return f"See Column {letters(len(self.lists))} in {ASSETS_SHEET} tab"

    def columns(self) -> list[str]:
        """Return the letters of the columns in use."""
        return [letters(number) for number in range(1, len(self.lists) + 1)]

    def rows(self) -> Iterator[tuple[str, ...]]:
        """Yield the rows of the sheet: the ids first, then one asset of each item a row."""
        yield tuple(poam_id for poam_id, _ in self.lists)
        yield from zip_longest(*(assets for _, assets in self.lists), fillvalue="")


def rows_of_cells(
    rules: Sequence[Rule], items: Iterable[PoamRow], overflow: AssetLists
) -> Iterator[list[Value]]:
    """Turn items into cells, one for each rule; asset lists that do not fit are set apart."""
    place = rules.index(asset_identifiers) if asset_identifiers in rules else None
    for item in items:
        cells = [rule(item) for rule in rules]
        if place is not None and not fits(str(cells[place])):
            cells[place] = overflow.place(item)
        yield cells
