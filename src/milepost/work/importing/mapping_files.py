"""Mappings of columns as files: written for others, and taken from them after every part was checked."""

from pathlib import Path
from typing import Final

import msgspec

from milepost.authorities.sheets.saving import saved
from milepost.domain.errors import InputRefused, WrongUse
from milepost.scanners.sheets.columns import DAY_ORDERS, Columns, columns_from, mapped, missing
from milepost.work.importing.column_mappings import scale

_MOST: Final = 1 << 20
_FIX: Final = "write the file with milepost columns export NAME -o FILE"


def write_mapping(columns: Columns, out: Path) -> None:
    """Write a mapping as indented JSON, whole or not at all.

    Raises:
        WrongUse: the folder does not exist.
    """
    with saved(out) as file:
        file.write(msgspec.json.format(msgspec.json.encode(columns), indent=2) + b"\n")


def read_mapping(path: Path) -> Columns:
    """Read a mapping that was written.

    Raises:
        InputRefused: the file cannot be read, or is no mapping.
        WrongUse: a field, column, severity or order of dates is none, or nothing identifies a finding.
    """
    try:
        text = path.read_bytes()[: _MOST + 1].decode()
    except (OSError, UnicodeDecodeError) as error:
        raise InputRefused("the file cannot be read as text", where=path.name, fix=_FIX) from error
    if len(text) > _MOST:
        raise InputRefused("the file is too large for a mapping", where=path.name, fix=_FIX)
    try:
        columns = columns_from(text)
    except WrongUse as error:
        raise InputRefused("the file is no mapping of columns", where=path.name, fix=_FIX) from error
    _check(columns, path.name)
    return columns


def _check(columns: Columns, name: str) -> None:
    if not columns.name.strip() or not columns.headings:
        raise InputRefused("the mapping has no name or no headings", where=name, fix=_FIX)
    mapped(columns.headings, ((field, one) for field, several in columns.fields.items() for one in several))
    if lacks := missing(columns.fields):
        raise WrongUse(lacks, where=name, fix="say which column does, under fields")
    if columns.day_order not in {"", *DAY_ORDERS}:
        raise WrongUse(
            f"{columns.day_order} is no order of dates", fix=f"give one of: {', '.join(DAY_ORDERS)}"
        )
    scale(columns.severities)
