"""The generations of the import workbook, told by their headings, and where each field stands in one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import msgspec

from milepost.authorities.intake.words import folded
from milepost.authorities.sheets.text import letters
from milepost.domain.errors import WrongUse

FIRST_COLUMN = 2
DATES = frozenset(
    {
        *("scheduled_date", "acceptance_expires", "actual_completion_date"),
        *("milestone_due", "milestone_completed"),
    }
)
"""The fields whose cells are dates."""
MILESTONE = frozenset(
    {
        *("milestone_key", "milestone_text", "milestone_status", "milestone_remark"),
        *("milestone_due", "milestone_completed", "milestones", "milestone_changes"),
    }
)
"""The fields that a row of a milestone alone has."""


class NewLayout(msgspec.Struct, frozen=True):
    """A layout for a workbook without a base: its name, its headings from column B on."""

    title: str
    columns: tuple[str, ...]


class _Columns(msgspec.Struct, frozen=True):
    headings: Mapping[str, tuple[str, ...]]
    layouts: Mapping[str, NewLayout]


@dataclass(frozen=True, slots=True)
class Form:
    """What a generation asks for.

    `own_rows`: each milestone has columns and a row of its own (2026), otherwise text with its date.
    `categories`: raw severity is I, II, III (before August 2024). `listed`: the source is of the list in the
    glossary (2026). `procedures`: the column of controls takes assessment procedures too (August 2024 on).
    """

    own_rows: bool
    categories: bool
    listed: bool
    procedures: bool


NEWEST = Form(own_rows=True, categories=False, listed=True, procedures=True)


def form_of(headings: Mapping[str, str]) -> Form:
    """Return the generation of a workbook from its headings by field."""
    procedures = folded(headings.get("controls", "")) == "controls aps"
    own_rows = "milestone_text" in headings
    listed = folded(headings.get("source_text", "")) == "identification source"
    return Form(own_rows, not procedures, listed, procedures)


def fields_in(headings: Mapping[str, str]) -> dict[str, str]:
    """Return the column of each field among headings by column; of two alike the later one holds.

    In the workbooks of 2018 column A repeats the heading of the description, and stays blank.
    """
    known = _fields()
    return {known[name]: column for column, text in headings.items() if (name := folded(text)) in known}


def new_layout(name: str) -> NewLayout:
    """Return a layout by its short name.

    Raises:
        WrongUse: there is none.
    """
    known = _columns().layouts
    if name not in known:
        raise WrongUse(f"there is no eMASS layout {name}", fix=f"set layout to {', '.join(known)}")
    return known[name]


def placed(columns: Iterable[str]) -> dict[str, str]:
    """Return the headings of a new workbook by column."""
    return {letters(number): heading for number, heading in enumerate(columns, FIRST_COLUMN)}


@cache
def _fields() -> dict[str, str]:
    return {folded(text): name for name, texts in _columns().headings.items() for text in texts}


@cache
def _columns() -> _Columns:
    text = files(__package__).joinpath("columns.toml").read_text(encoding="utf-8")
    return msgspec.toml.decode(text, type=_Columns)
