"""The metrics sheet that CMS asks of non-exchange entities: items by status, risk and family of controls.

Source: CMS-10877 Appendix C. Open are Ongoing, Delayed and Accepted Risk; an item that is past its date is
Delayed, whatever its word. An item counts in the family of its first control; without one in Other.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from importlib import resources
from pathlib import Path

import msgspec

from milepost.authorities.documents.contract import Writing, Written
from milepost.authorities.forms.report_sheet import CountReport, save_report
from milepost.authorities.sheets.cells import Value
from milepost.domain.plan_document import PlanDocument
from milepost.domain.plan_item import SETTLED_STATES, PlanItem, State
from milepost.domain.problem import Problem

_ONGOING, _DELAYED, _COMPLETED, _ACCEPTED = "ONGOING", "DELAYED", "COMPLETED", "ACCEPTED RISK"
_OPEN = (_ONGOING, _DELAYED, _ACCEPTED)
_OTHER = "Other"
_Row = tuple[bool, Sequence[Value]]


class _Layout(msgspec.Struct):
    source: str
    sheet: str
    header: tuple[str, ...]
    blocks: tuple[str, ...]
    statuses: tuple[str, ...]
    risks: tuple[str, ...]
    security_families: tuple[str, ...]
    privacy_families: tuple[str, ...]
    family_columns: tuple[str, ...]
    gap_analysis: tuple[str, ...]


_TEXT = (resources.files(__package__) / "nee_metrics.toml").read_text(encoding="utf-8")
_LAYOUT = msgspec.toml.decode(_TEXT, type=_Layout)


class MetricsSheet(CountReport):
    """The metrics sheet."""

    name = "cms-nee"
    title = "CMS non-exchange entity metrics sheet"

    def write(self, plan: PlanDocument, out: Path, writing: Writing) -> Written:
        """Write the counts of a day; see `PlanFormat.write`."""
        counted = [(item, status) for item in plan.items if (status := _status(item, writing.as_of))]
        rows = [*_head(plan, writing.as_of), *_blocks(counted), *_families(counted), *_gaps()]
        save_report(out, _LAYOUT.sheet, rows, writing)
        return Written({_LAYOUT.sheet: len(counted)}, tuple(_told(plan, counted, out.name)))


FORMAT = MetricsSheet()
_Counted = Sequence[tuple[PlanItem, str]]


def _status(item: PlanItem, as_of: date) -> str:
    """Return the status that an item counts under; empty for one that ended in another way than done."""
    if item.status in SETTLED_STATES:
        return _ACCEPTED
    if item.status is State.CLOSED_COMPLETED:
        return _COMPLETED
    if item.is_closed:
        return ""
    late = item.status is State.DELAYED or bool(item.scheduled_date and item.scheduled_date < as_of)
    return _DELAYED if late else _ONGOING


def family_of(item: PlanItem) -> str:
    """Return the family of an item's first control; `Other` where the sheet has none of that name."""
    family = item.controls[0][:2].upper() if item.controls else ""
    return family if family in (*_LAYOUT.security_families, *_LAYOUT.privacy_families) else _OTHER


def _head(plan: PlanDocument, as_of: date) -> Iterator[_Row]:
    facts = plan.facts
    year = (as_of + timedelta(days=92)).year
    values: tuple[str | int, ...] = (
        facts.get("provider", ""),
        facts.get("system", "") or plan.name,
        facts.get("acronym", ""),
        year,
    )
    for label, value in zip(_LAYOUT.header, values, strict=True):
        yield False, [label, value]


def _blocks(counted: _Counted) -> Iterator[_Row]:
    kinds: tuple[Callable[[PlanItem], bool], ...] = (lambda _: True, _is_security, _is_privacy)
    for name, belongs in zip(_LAYOUT.blocks, kinds, strict=True):
        chosen = [each for each in counted if belongs(each[0])]
        yield False, []
        yield True, [name, "Items"]
        yield from _totalled(_LAYOUT.statuses, Counter(status for _, status in chosen))
        yield True, [f"{name}: open by risk", "Items"]
        risks = Counter(item.severity.upper() for item, status in chosen if status in _OPEN)
        yield from _totalled(_LAYOUT.risks, risks)


def _totalled(labels: Sequence[str], found: Counter[str]) -> Iterator[_Row]:
    """Yield a row for each label; the last is the total of all that was counted."""
    for label in labels[:-1]:
        yield False, [label, found[label]]
    yield False, [labels[-1], found.total()]


def _is_privacy(item: PlanItem) -> bool:
    return family_of(item) in _LAYOUT.privacy_families


def _is_security(item: PlanItem) -> bool:
    return not _is_privacy(item)


def _families(counted: _Counted) -> Iterator[_Row]:
    for families, title in (
        (_LAYOUT.security_families, "Security family"),
        (_LAYOUT.privacy_families, "Privacy family"),
    ):
        yield False, []
        yield True, [title, *_LAYOUT.family_columns]
        for family in families:
            found = Counter(status for item, status in counted if family_of(item) == family)
            statuses = (_ONGOING, _DELAYED, _COMPLETED, _ACCEPTED)
            yield False, [family, sum(found[each] for each in _OPEN), *(found[each] for each in statuses)]


def _gaps() -> Iterator[_Row]:
    yield False, []
    yield True, ["Gap analysis"]
    for version in _LAYOUT.gap_analysis:
        yield False, [version]


def _told(plan: PlanDocument, counted: _Counted, name: str) -> Iterator[Problem]:
    fix = "fill in the rows of the gap analysis by hand"
    yield Problem(name, "a plan says nothing for the rows of the gap analysis; they are empty", fix)
    left = len(plan.items) - len(counted)
    if left:
        what = f"{left} items ended otherwise than completed or accepted and are not counted"
        yield Problem(name, what, "nothing, if they are false positives, cancelled, transferred or merged")
    known = set(_LAYOUT.risks)
    odd = [item.id for item, status in counted if status in _OPEN and item.severity.upper() not in known]
    if odd:
        what = f"{len(odd)} open items have a rating that the sheet has no row for; they are in the totals"
        yield Problem(
            f"{name}, first {odd[0] or 'unnamed'}", what, "rate them Critical, High, Moderate or Low"
        )
