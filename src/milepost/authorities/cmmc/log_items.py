"""The items of a tracking log as named texts; words that still say the same stay as they were."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from milepost.authorities.cmmc.identifiers import identify
from milepost.authorities.forms.form import stated_form
from milepost.authorities.forms.hearing import settled, take
from milepost.authorities.forms.saying import Saying
from milepost.authorities.forms.writing import as_text, columns_of
from milepost.domain.errors import InputRefused
from milepost.domain.plan_document import PlanDocument
from milepost.domain.plan_item import PlanItem
from milepost.workbooks.dates import IN_TEXT

FORM = stated_form(__package__, "tracking_log.toml", "cmmc-log", "CMMC POA&M tracking log")
ID, TITLE = "POAM ID", "Title"
_RANGE = re.compile(r"\d\s*(?:-|–|through|to)\s*(?:[A-Z]{2}\.L\d-)?3\.\d")
_BULLET = re.compile(r"^[-*]\s+(?=[\[(☐☑☒])")
_NUMBER = re.compile(r"^\(\d+\)\s")
_DATES = frozenset({"identified_date", "scheduled_date", "actual_completion_date"})


@dataclass(slots=True)
class Section:
    """An item in a text: its fields by heading, the line on which it begins, and the line after its last."""

    identifier: str
    title: str
    fields: dict[str, str] = field(default_factory=dict)
    first: int = 0
    end: int = 0

    @property
    def is_item(self) -> bool:
        """Whether at least two of its fields are those of the log."""
        return sum(FORM.column_of(heading) is not None for heading in self.fields) > 1


def item_of(section: Section) -> PlanItem:
    """Read an item; a text that says more than its field holds is kept beside it."""
    item = PlanItem(row=section.first)
    take(FORM, ID, section.identifier, item)
    take(FORM, TITLE, section.title, item)
    for heading, text in section.fields.items():
        if text.strip():
            _take(heading, text.strip(), item)
    return settled(item)


def _take(heading: str, text: str, item: PlanItem) -> None:
    column = FORM.column_of(heading)
    if column is None:
        take(FORM, heading, text, item)
        return
    item.texts[_written(column.heading)] = text
    if column.field == "controls" and (named := _range(text)):
        item.controls = named
    elif column.field in _DATES and (found := IN_TEXT.search(text)):
        take(FORM, heading, found[0], item)
    elif column.field == "milestones":
        take(FORM, heading, _numbered(text), item)
    else:
        take(FORM, heading, text, item)


def _written(heading: str) -> str:
    return f"{FORM.name}, as written: {heading}"


def _range(text: str) -> tuple[str, ...]:
    """Return the requirements of a range; nothing where there is none, or it is none of CMMC."""
    try:
        return tuple(map(str, identify(text))) if _RANGE.search(text) else ()
    except InputRefused:
        return ()


def _numbered(text: str) -> str:
    """Give the boxes of a list their numbers."""
    lines: list[str] = []
    for line in text.splitlines():
        bullet = _BULLET.match(line)
        if bullet or not lines or _NUMBER.match(line):
            words = line[bullet.end() :] if bullet else line
            lines.append(words if _NUMBER.match(words) or not bullet else f"({len(lines) + 1}) {words}")
        else:
            lines[-1] = f"{lines[-1]} {line.strip()}"
    return "\n".join(lines)


class LogTexts:
    """What the log says of a plan's items on a day."""

    def __init__(self, plan: PlanDocument, as_of: date) -> None:
        """Take a plan; the columns are those of the log and what the items were read with beside."""
        self.plan = plan
        self.as_of = as_of
        self.saying = Saying(FORM, plan, as_of)
        self._columns = [each for each in columns_of(FORM, plan) if each.heading not in {ID, TITLE}]

    def of(self, item: PlanItem) -> dict[str, str]:
        """Return the fields of an item that say something, in order, identifier and title apart."""
        found = {}
        for column in self._columns:
            text = as_text(self.saying.cell(item, column)).strip()
            before = item.texts.get(_written(column.heading), "")
            found[column.heading] = before if before and _says(before, column.heading, item) else text
        return {heading: text for heading, text in found.items() if text}


def _says(before: str, heading: str, item: PlanItem) -> bool:
    """Tell whether the words that a field had still say what the item says."""
    column = FORM.column_of(heading)
    if column is None or not column.carried:
        return False
    probe = item_of(Section("", "", {heading: before}, first=item.row))
    return _plain(getattr(probe, column.carried)) == _plain(getattr(item, column.carried))


def _plain(value: object) -> object:
    return tuple(value) if isinstance(value, list | tuple) else value


def merged(texts: Mapping[str, str], before: Mapping[str, str]) -> dict[str, str]:
    """Return an item's texts with the fields of an earlier document that are none of the log's own."""
    own = {heading: text.strip() for heading, text in before.items() if FORM.column_of(heading) is None}
    return {**texts, **{heading: text for heading, text in own.items() if heading not in texts}}
