"""From the fields of an item to the cells of a form: what a column says, and what it keeps as it was read."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from milepost.authorities.forms.form import Column, Form
from milepost.authorities.forms.steps import changes_text, milestones_text
from milepost.authorities.intake import words
from milepost.authorities.sheets.cells import Value
from milepost.domain.plan_document import PlanDocument
from milepost.domain.plan_item import FieldChange, PlanItem, State

_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
_YES, _NO = "Yes", "No"
SEPARATOR = " | "
"""What stands between the parts of a change: day, field, before, after, by whom, why."""


def kept_as(form: Form, heading: str) -> str:
    """Return the name under which an item keeps the text of a column that is no field."""
    return f"{form.name}: {heading}"


@dataclass(frozen=True, slots=True)
class Saying:
    """The cells of a plan's items on a form, on a day."""

    form: Form
    plan: PlanDocument
    as_of: date

    def row(self, item: PlanItem, columns: Iterable[Column]) -> list[Value]:
        """Return the cells of an item."""
        return [self.cell(item, column) for column in columns]

    def cell(self, item: PlanItem, column: Column) -> Value:
        """Return what a column says of an item: its field, the stand-in for it, or what was kept."""
        if column.field == "status":
            return self.status(item)
        for name in (column.field, column.fallback):
            said = self._derived(item, name) if name not in _OWN_WORDS else _OWN_WORDS[name](item)
            if said not in ("", None):
                return said
        raw = item.texts.get(column.field, "")
        return raw or _kept(item.texts.get(kept_as(self.form, column.heading), ""), column.heading)

    def status(self, item: PlanItem) -> str:
        """Return the form's word for the item's state; the document's own word where it means the same."""
        label = item.status_label
        own = self.form.state_of(label)
        if own is None and not self.form.only_these_words and label:
            own = State(words.state_of(label).value)
        said = bool(label) and own is item.status
        return label if said else self.form.word_of(item.status)

    def _derived(self, item: PlanItem, name: str) -> Value:
        kind, _, field = name.partition(":")
        if kind == "fact":
            return self._fact(item, name, field)
        if kind == "count":
            return len(_sequence(getattr(item, field))) or None
        if kind == "days_since":
            since: object = getattr(item, field)
            return (self.as_of - since).days if isinstance(since, date) else None
        return plain(getattr(item, name)) if name else None

    def _fact(self, item: PlanItem, name: str, field: str) -> Value:
        heading = next((each.heading for each in self.form.columns if each.field == name), "")
        return item.texts.get(kept_as(self.form, heading), "") or self.plan.facts.get(field, "")


def plain(value: object) -> Value:
    """Return a field as a cell: days as days, lists one a line, whole numbers without a point."""
    if isinstance(value, bool):
        return _YES if value else _NO
    if isinstance(value, date):
        return value
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else str(value)
    if isinstance(value, str):
        return value
    return "\n".join(map(str, _sequence(value)))


def _sequence(value: object) -> Sequence[object]:
    return value if isinstance(value, list | tuple) else ()


def _kept(text: str, heading: str) -> Value:
    """Return a text as it was read; a day where the column is one of days."""
    found = _DAY.fullmatch(text) if "date" in heading.casefold() else None
    try:
        return date(int(found[1]), int(found[2]), int(found[3])) if found else text
    except ValueError:
        return text


def _email(item: PlanItem) -> str:
    return " ".join(word for word in item.owner_contact.split() if "@" in word)


def _phone(item: PlanItem) -> str:
    return " ".join(word for word in item.owner_contact.split() if "@" not in word)


def _verification(item: PlanItem) -> str:
    found = item.verification
    return "" if found is None else f"{found.by}, {found.on:%Y-%m-%d}" if found.on else found.by


def _change(change: FieldChange) -> str:
    on = f"{change.on:%Y-%m-%d}" if change.on else ""
    parts = (on, change.field, change.before, change.after, change.by, change.reason)
    return SEPARATOR.join(" ".join(part.replace("|", "/").split()) for part in parts)


def _accepted(item: PlanItem) -> str:
    return _YES if item.status is State.RISK_ACCEPTED else ""


_OWN_WORDS: dict[str, Callable[[PlanItem], Value]] = {
    "controls": lambda item: ", ".join(item.controls),
    "cves": lambda item: ", ".join(item.cves),
    "milestones": lambda item: milestones_text(item.milestones),
    "milestone_changes": lambda item: changes_text(item.milestone_changes),
    "comments": lambda item: "\n".join(remark.text for remark in item.comments),
    "email": _email,
    "phone": _phone,
    "accepted": _accepted,
    "verification": _verification,
    "history": lambda item: "\n".join(map(_change, item.history)),
    "repeated": lambda item: _YES if item.repeat_of else "",
}
