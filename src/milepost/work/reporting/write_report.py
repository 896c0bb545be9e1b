"""Writing a report of a system as tagged PDF or as HTML."""

import hashlib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

import msgspec

from milepost.authorities.sheets.saving import saved
from milepost.domain.errors import WrongUse
from milepost.domain.problem import Problem
from milepost.records.systems import System
from milepost.reports.kinds import KINDS, Kind
from milepost.reports.periods import Period, period_named
from milepost.reports.report import Heading, Paragraph, Rendered, Report
from milepost.reports.setting_pdf import set_pdf
from milepost.reports.writing_html import write_html
from milepost.work import finding_systems
from milepost.work.history.carrying import checkpoint_for, token_for
from milepost.work.reporting.gather import gather

_SEAL: Final = (
    "The history of this system as it stood when this was written, signed. Whoever keeps this document can "
    "have Milepost prove later that nothing was rewritten: milepost ledger verify --against, with this file."
)
_ENDINGS: Final = (".pdf", ".html")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A report that is asked for; without a period, it is the one that `as_of` falls into."""

    kind: str
    system: str
    out: Path
    as_of: date
    period: str = ""
    item: str = ""
    marking: str = ""


@dataclass(frozen=True, slots=True)
class Written:
    """A report that was written: its title, day and period, the SHA-256 of its bytes, what was not shown."""

    title: str
    as_of: date
    period: Period
    digest: str
    problems: tuple[Problem, ...]


def write_report(wish: Wish) -> Written:
    """Write a report; a period that is over is reported as of its last day.

    Raises:
        WrongUse: there is no such kind, the file's ending is not .pdf or .html, or an item has to be named.
        RecordMissing: there is no such system or item.
        StateConflict: a closure certificate is asked for of what is not closed.
    """
    kind = _kind(wish)
    period = period_named(wish.period, wish.as_of) if wish.period else kind.period(wish.as_of)
    as_of = min(wish.as_of, period.last)
    subject = gather(wish.system, as_of=as_of, period=period, item=wish.item, marking=wish.marking)
    report = _sealed(kind.write(subject), finding_systems.by_name(wish.system))
    rendered = _rendered(report, wish.out, subject.provider or subject.system)
    with saved(wish.out) as file:
        file.write(rendered.data)
    return Written(report.title, as_of, period, hashlib.sha256(rendered.data).hexdigest(), rendered.problems)


def _kind(wish: Wish) -> Kind:
    kind = KINDS.get(wish.kind)
    if kind is None:
        raise WrongUse(f"there is no report {wish.kind}", fix=f"choose one of {', '.join(KINDS)}")
    if kind.of_item and not wish.item:
        raise WrongUse(f"the report {wish.kind} is about one item", fix="name it with --item")
    if wish.out.suffix.casefold() not in _ENDINGS:
        raise WrongUse(
            "no report can be written so", where=str(wish.out), fix="end the name in .pdf or .html"
        )
    return kind


def _sealed(report: Report, system: System) -> Report:
    """Let a report end with the ledger's checkpoint: a later one can be held against it."""
    text = checkpoint_for(system)
    if not text:
        return report
    seal = (Heading("Ledger checkpoint"), Paragraph(_SEAL), Paragraph(text))
    return msgspec.structs.replace(report, blocks=(*report.blocks, *seal), keywords=token_for(system))


def _rendered(report: Report, out: Path, author: str) -> Rendered:
    if out.suffix.casefold() == ".pdf":
        return set_pdf(report, author=author)
    return write_html(report)
