"""FedRAMP's monthly executive summary: files, items of note, issues; into the 2018 workbook, or plain."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from pathlib import Path
from typing import BinaryIO, NamedTuple

import msgspec

from milepost.authorities.documents.contract import Written
from milepost.authorities.intake.words import folded
from milepost.authorities.sheets.cells import Value
from milepost.authorities.sheets.filler import Fill
from milepost.authorities.sheets.filling import WorkbookFiller
from milepost.authorities.sheets.saving import saved
from milepost.authorities.sheets.styles import Style
from milepost.authorities.sheets.template import NamedSheet, Template
from milepost.authorities.sheets.text import letters
from milepost.authorities.sheets.writer import Line, SheetForm, Table, WorkbookWriter
from milepost.domain.errors import UnknownFormat
from milepost.domain.problem import Problem
from milepost.workbooks.package import opened

_SEARCHED = 60
_PLAIN, _BOLD = Style(), Style(bold=True)
_WIDTHS = ((1, 1, 60.0), (2, 4, 40.0))


class Submitted(NamedTuple):
    """A kind of file that was submitted: the names, one a line, and where they lie."""

    names: str
    location: str = ""


class Issue(NamedTuple):
    """Something wrong with a file that was submitted, and by when it will be put right."""

    file_name: str
    issue: str
    time_frame: str = ""
    location: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExecutiveSummary:
    """What the summary of a month says; the keys of `files` and `notes` are those of the data file."""

    system: str
    month: str
    as_of: date
    files: Mapping[str, Submitted]
    notes: Mapping[str, str]
    issues: Sequence[Issue] = ()


class SummaryForm(msgspec.Struct, frozen=True):
    """The labels of the official workbook."""

    source: str
    verified: bool
    sheet: str
    files_heading: tuple[str, ...]
    issues_heading: tuple[str, ...]
    files: dict[str, str]
    notes: dict[str, str]


@cache
def summary_form() -> SummaryForm:
    """Return the labels of the summary."""
    text = (resources.files(__package__) / "executive_summary.toml").read_text(encoding="utf-8")
    return msgspec.toml.decode(text, type=SummaryForm)


def write_summary(summary: ExecutiveSummary, out: Path, base: Path | None = None) -> Written:
    """Write the summary, whole or not at all; of a base only the answers change.

    Raises:
        InputRefused: the base is no such workbook.
    """
    if base is None:
        with saved(out) as file:
            return _new(summary, file)
    with opened(base) as package, saved(out) as file:
        return _filled(summary, file, Template(package))


def summary_text(summary: ExecutiveSummary) -> str:
    """Return the summary in Markdown."""
    form = summary_form()
    lines = [f"# Continuous monitoring of {summary.system}, {summary.month}", "", "## Files submitted", ""]
    for key, label in form.files.items():
        names = summary.files.get(key, Submitted("")).names
        lines.append(f"- {label} {', '.join(names.splitlines()) or 'none'}")
    lines += ["", "## Items of note", ""]
    said = {key: "; ".join(text.splitlines()) for key, text in summary.notes.items()}
    lines += [f"- {label}: {said.get(key) or 'nothing said'}" for key, label in form.notes.items()]
    lines += ["", "## Issues and their remediation", ""]
    told = [
        f"- {': '.join(filter(None, (each.file_name, each.issue)))} ({each.time_frame or 'no time frame'})"
        for each in summary.issues
    ]
    return "\n".join([*lines, *(told or ["- none"])]) + "\n"


def _new(summary: ExecutiveSummary, file: BinaryIO) -> Written:
    form = summary_form()
    writer = WorkbookWriter(file, f"Executive summary of {summary.system}, {summary.month}", summary.as_of)
    lines = list(_lines(summary, form))
    table = Table(lines[-1].number + 1, tuple((c, _PLAIN) for c in "ABCD"), list(summary.issues))
    count = writer.sheet(SheetForm(form.sheet, _WIDTHS), lines, table)
    writer.close()
    return Written({form.sheet: count}, tuple(writer.problems))


def _lines(summary: ExecutiveSummary, form: SummaryForm) -> Iterator[Line]:
    rows: list[tuple[Sequence[str], Style]] = [
        (("", f"FedRAMP Continuous Monitoring Monthly Executive Summary, {summary.month}"), _BOLD),
        ((), _PLAIN),
        (("Files Submitted",), _BOLD),
        (form.files_heading, _BOLD),
    ]
    for key, label in form.files.items():
        rows.append(((label, *summary.files.get(key, Submitted(""))), _PLAIN))
    rows += [((), _PLAIN), (("Items of Note:",), _BOLD)]
    rows += [((label, summary.notes.get(key, "")), _PLAIN) for key, label in form.notes.items()]
    rows += [((), _PLAIN), (("Issue Remediation",), _BOLD), (form.issues_heading, _BOLD)]
    for number, (cells, style) in enumerate(rows, 1):
        if cells:
            yield Line(number, tuple((letters(n), value, style) for n, value in enumerate(cells, 1)))


def _filled(summary: ExecutiveSummary, file: BinaryIO, template: Template) -> Written:
    form = summary_form()
    sheet, labels = _place(template, form)
    problems: list[Problem] = []
    fixed = dict(_answers(summary, form, labels, problems))
    filler = WorkbookFiller(template, file, problems)
    first = labels[folded(form.issues_heading[0])] + 1
    fill = Fill(first, tuple("ABCD"), frozenset(), "A", fixed, None, list(summary.issues))
    count = filler.fill(sheet, fill)
    filler.close()
    return Written({sheet.name: count}, tuple(problems))


def _answers(
    summary: ExecutiveSummary, form: SummaryForm, labels: Mapping[str, int], problems: list[Problem]
) -> Iterator[tuple[str, Value]]:
    """Yield the cells beside the labels; a label that the workbook lacks is told."""
    said: dict[str, Sequence[str]] = {
        label: summary.files[key] for key, label in form.files.items() if key in summary.files
    }
    said |= {label: (summary.notes[key],) for key, label in form.notes.items() if summary.notes.get(key)}
    for label, values in said.items():
        number = next((labels[text] for text in labels if text.startswith(folded(label))), None)
        if number is None:
            what = f"the label {label!r} is missing, so its answer was not written"
            problems.append(Problem(form.sheet, what, "write the answer by hand"))
            continue
        for column, value in zip("BC", values, strict=False):
            if value:
                yield f"{column}{number}", value


def _place(template: Template, form: SummaryForm) -> tuple[NamedSheet, dict[str, int]]:
    """Return the sheet and the row of each text in its first column."""
    first = folded(form.issues_heading[0])
    for sheet in template.sheets:
        texts = template.first_rows(template.divided(sheet), _SEARCHED)
        labels: dict[str, int] = {}
        for number, row in texts.items():
            labels.setdefault(folded(row.get("A", "")), number)
        if first in labels and any(folded(label) in labels for label in form.files.values()):
            return sheet, labels
    raise UnknownFormat(
        "no sheet has the labels of the monthly executive summary",
        where=template.package.name,
        fix=f"choose the official workbook, with the heading {form.issues_heading[0]!r}",
    )
