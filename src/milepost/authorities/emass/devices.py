"""Lists of devices that no cell can hold: the cell says how many are left, a file beside has them all."""

import csv
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path

from milepost.authorities.sheets.saving import saved
from milepost.authorities.sheets.text import CELL_LIMIT, fits
from milepost.domain.plan_item import PlanItem
from milepost.domain.problem import Problem

_ROOM = 200
"""Characters left for the words that point to the file."""


@dataclass(slots=True)
class DeviceLists:
    """The lists that did not fit; `file` is the CSV file beside the workbook that gets them whole."""

    file: Path
    lists: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)

    def cell(self, item: PlanItem, text: str) -> str:
        """Return the text for a cell: all devices, or as many as fit and where the others are."""
        if fits(text):
            return text
        self.lists.append((item.id or item.description[:80], tuple(item.assets)))
        shown = text[: CELL_LIMIT // 2 - _ROOM] if not text.isascii() else text[: CELL_LIMIT - _ROOM]
        names = shown.split("\n")[:-1]
        left = len(item.assets) - len(names)
        return "\n".join([*names, f"and {left:,} devices more, listed in {self.file.name}"])

    def problems(self) -> list[Problem]:
        """Tell which lists were cut."""
        what = f"the devices do not fit into a cell of {CELL_LIMIT:,} characters"
        fix = f"all of them are in {self.file.name}: attach it as an artifact"
        return [Problem(name, f"{what}: {len(devices):,} in all", fix) for name, devices in self.lists]

    def save(self) -> None:
        """Write the file, if there is anything to be written."""
        if not self.lists:
            return
        text = StringIO(newline="")
        table = csv.writer(text)
        table.writerow(["POA&M Item ID", "Device"])
        table.writerows((name, _plain(device)) for name, devices in self.lists for device in devices)
        with saved(self.file) as file:
            file.write(text.getvalue().encode())


def _plain(device: str) -> str:
    """Return a name so that no spreadsheet takes it for a formula (ASVS 5.0.0, 1.2.10)."""
    return f"'{device}" if device[:1] in set("=+-@\t\r") else device
