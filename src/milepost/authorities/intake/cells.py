"""From the cells of a row to the typed fields of an item; what was odd about a cell becomes a note."""

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime
from functools import lru_cache
from typing import NamedTuple

from milepost.authorities.intake.milestones import changes_in, dated, milestones_in, split
from milepost.authorities.intake.words import NOTHING, rating_of, source_type_of, state_of
from milepost.domain.plan_document import CellValue
from milepost.domain.plan_item import CLOSED_STATES, NoteKind, PlanItem, ReadingNote, Remark, State
from milepost.workbooks.dates import IN_TEXT, read_date

_NUMBER = re.compile(r"-?\d[\d,]*(?:\.\d+)?")
_CVE = re.compile(r"CVE-\d{4}-\d{4,}")
_CONTROLS = re.compile(r"[,;\n]+")
_NAMED_CONTROL = re.compile(
    r"(?:[A-Z]{2}\.L[123]-\s?)?\b0?3\.\d{1,2}\.\d{1,2}\b|\b[A-Za-z]{2}-\d{1,2}(?:\s?\(\d{1,2}\)|\.\d{1,2})?"
)
_LONGEST_NOTHING = max(map(len, NOTHING))
_BLANK = frozenset({"", "-", "--", "n/a"})
_CHOICES = frozenset({"Yes", "No", "Pending"})
_YES = frozenset({"yes", "y", "true", "x"})
_NO = frozenset({"no", "n", "false"})

Convert = Callable[[PlanItem, str, CellValue], None]


def text_of(value: CellValue) -> str:
    """Return a cell as text: whole numbers without the point that spreadsheets give them."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    return "" if value is None else str(value)


def note(item: PlanItem, kind: NoteKind, name: str, text: str) -> None:
    """Add a note to an item."""
    item.notes = (*item.notes, ReadingNote(kind, name, text))


def _said(item: PlanItem, name: str, value: CellValue) -> str:
    """Return the text of a cell; words for nothing are empty, but kept beside."""
    text = value.strip() if type(value) is str else text_of(value)
    if len(text) <= _LONGEST_NOTHING and text.casefold() in NOTHING:
        item.texts[name] = text
        return ""
    return text


def _text(item: PlanItem, name: str, value: CellValue) -> None:
    setattr(item, name, _said(item, name, value))


def _date(item: PlanItem, name: str, value: CellValue) -> None:
    if isinstance(value, str) and not _said(item, name, value):
        return
    read = read_date(value)
    setattr(item, name, read.day)
    if read.doubt:
        text = text_of(value)
        item.texts[name] = text
        note(item, read.doubt, name, text)


def _rating(item: PlanItem, name: str, value: CellValue) -> None:
    text = _said(item, name, value)
    if text:
        meaning = rating_of(text)
        setattr(item, name, meaning.value or text)
        if meaning.alias:
            note(item, NoteKind.ALIAS, name, f"{text} is read as {meaning.value}")


def _status(item: PlanItem, name: str, value: CellValue) -> None:
    text = text_of(value)
    if text.casefold() in _BLANK:
        return
    label = text
    if IN_TEXT.search(text):
        read, label = dated(text)
        item.actual_completion_date = item.actual_completion_date or read.day
    meaning = state_of(label)
    item.status_label, item.status = text, State(meaning.value)
    if item.status not in CLOSED_STATES and label is not text:
        item.actual_completion_date = None
    if meaning.alias:
        note(item, NoteKind.ALIAS, name, f"{text} is read as {meaning.value.replace('_', ' ')}")


def _number(item: PlanItem, name: str, value: CellValue) -> None:
    if isinstance(value, int | float):
        setattr(item, name, float(value))
        return
    found = _NUMBER.search(_said(item, name, value))
    if found:
        setattr(item, name, float(found[0].replace(",", "")))


def _percent(item: PlanItem, name: str, value: CellValue) -> None:
    _number(item, name, value)
    share = item.percent_complete
    if isinstance(value, float) and share is not None and 0 < share <= 1:
        item.percent_complete = share * 100


def _controls(item: PlanItem, name: str, value: CellValue) -> None:
    item.controls = _controls_in(_said(item, name, value))


@lru_cache(maxsize=4096)
def _controls_in(text: str) -> tuple[str, ...]:
    """Return the controls that a cell lists."""
    parts = (part.strip() for part in _CONTROLS.split(text))
    has_title = bool(_NAMED_CONTROL.search(text))
    return tuple(control for part in parts if part for control in _controls_of(part, has_title=has_title))


def _controls_of(part: str, *, has_title: bool) -> list[str]:
    """Return the controls named in some words; beside a control, words that name none are its title."""
    named = _NAMED_CONTROL.findall(part) if " " in part else []
    return named or ([] if has_title and " " in part else [part])


def _lines(item: PlanItem, name: str, value: CellValue) -> None:
    parts = _said(item, name, value).replace(";", "\n").split("\n")
    setattr(item, name, tuple(part for part in map(str.strip, parts) if part))


def _cves(item: PlanItem, name: str, value: CellValue) -> None:
    item.cves = tuple(_CVE.findall(_said(item, name, value).upper()))


def _source(item: PlanItem, name: str, value: CellValue) -> None:
    item.source_text = _said(item, name, value)
    item.source_type = source_type_of(item.source_text)


def _flag(item: PlanItem, name: str, value: CellValue) -> None:
    word = text_of(value).casefold()
    if word in _YES or word in _NO:
        setattr(item, name, word in _YES)
    elif word:
        item.texts[name] = text_of(value)


def _choice(item: PlanItem, name: str, value: CellValue) -> None:
    setattr(item, name, value if value in _CHOICES else _said(item, name, value).capitalize())


def _milestones(item: PlanItem, name: str, value: CellValue) -> None:
    parts = split(_said(item, name, value))
    item.milestones = (*item.milestones, *milestones_in(parts.pieces, item.row))
    if parts.packed:
        note(item, NoteKind.PACKED, name, f"{len(parts.pieces)} milestones in one cell")
    if parts.rest:
        note(item, NoteKind.UNPARSED, name, parts.rest)


def _changes(item: PlanItem, name: str, value: CellValue) -> None:
    parts = split(_said(item, name, value))
    item.milestone_changes = (*item.milestone_changes, *changes_in(parts.pieces, item.row))
    if parts.rest:
        note(item, NoteKind.UNPARSED, name, parts.rest)


def _comments(item: PlanItem, name: str, value: CellValue) -> None:
    text = _said(item, name, value)
    item.comments = (Remark(text),) if text else ()


def _contact(item: PlanItem, name: str, value: CellValue) -> None:
    text = _said(item, name, value)
    item.owner_contact = f"{item.owner_contact} {text}".strip()


class _Kinds(NamedTuple):
    convert: Convert
    fields: tuple[str, ...]


_CONVERSIONS = (
    _Kinds(
        _date,
        (
            *("identified_date", "created_date", "source_report_date", "scheduled_date", "status_date"),
            *("original_scheduled_date", "planned_start", "planned_finish", "actual_start", "actual_finish"),
            *("actual_completion_date", "vendor_last_checkin", "kev_due", "acceptance_expires"),
            *("iav_comply_by", "percent_date"),
        ),
    ),
    _Kinds(
        _rating,
        (
            *("raw_severity", "adjusted_severity", "likelihood", "impact", "relevance", "risk_level"),
            "resulting_risk",
        ),
    ),
    _Kinds(_choice, ("risk_adjustment", "false_positive", "operational_requirement", "kev_tracking")),
    _Kinds(_number, ("cost_estimate", "cost_actual", "point_value")),
    _Kinds(_percent, ("percent_complete",)),
    _Kinds(_status, ("status",)),
    _Kinds(_controls, ("controls",)),
    _Kinds(_lines, ("assets", "supporting_documents", "service_names")),
    _Kinds(_cves, ("cves",)),
    _Kinds(_source, ("source_text",)),
    _Kinds(_flag, ("vendor_dependency",)),
    _Kinds(_milestones, ("milestones",)),
    _Kinds(_changes, ("milestone_changes",)),
    _Kinds(_comments, ("comments",)),
    _Kinds(_contact, ("email", "phone")),
    _Kinds(
        _text,
        (
            *("id", "title", "description", "source_ref", "impact_description", "recommendations"),
            *("mitigations", "owner", "responsible_org", "resources_text", "cost_justification"),
            *("funding_source", "remediation_plan", "delay_reason", "delay_justification", "source_details"),
            *("predisposing_conditions", "threat_description"),
            *("vendor_product", "deviation_rationale", "auto_approve", "iavm_number", "repeat_of"),
        ),
    ),
)
CONVERT: dict[str, Convert] = {name: kind.convert for kind in _CONVERSIONS for name in kind.fields}
"""How the cell of each field is read."""


def converters(columns: dict[str, int]) -> list[tuple[str, int, Convert]]:
    """Return field, column and reading for the columns of a table."""
    return [(name, column, CONVERT[name]) for name, column in columns.items() if name in CONVERT]


def filled(
    row: list[CellValue], wanted: list[tuple[str, int, Convert]]
) -> Iterator[tuple[str, CellValue, Convert]]:
    """Yield what is said in a row."""
    width = len(row)
    for name, column, convert in wanted:
        if column < width:
            value = row[column]
            if value not in ("", None):
                yield name, value, convert
