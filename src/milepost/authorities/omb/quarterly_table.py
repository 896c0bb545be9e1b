"""OMB's quarterly table: systems with a weakness long past its date, by component and FIPS 199 impact.

Source: the legacy FISMA quarterly template: 90 to 120, and more than 120, calendar days past the planned
date; each system once, in the class of its most overdue weakness. Not known to be collected today.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

from milepost.authorities.documents.contract import Writing, Written
from milepost.authorities.forms.report_sheet import CountReport, save_report
from milepost.domain.aging import OMB, days_past, most_overdue
from milepost.domain.plan_document import PlanDocument
from milepost.domain.plan_item import PlanItem
from milepost.domain.problem import Problem

IMPACTS = ("High", "Moderate", "Low", "Not Categorized")
_SHEET = "Quarterly"
_SYSTEMS = "csam: System Name"
_COMPONENTS = "csam: Sub Org"
_CATEGORIES = "csam: System Category"
_Key = tuple[str, str]


class QuarterlyTable(CountReport):
    """The quarterly table."""

    name = "omb-quarterly"
    title = "OMB quarterly table of overdue weaknesses"

    def write(self, plan: PlanDocument, out: Path, writing: Writing) -> Written:
        """Write the counts of a day; see `PlanFormat.write`."""
        systems = _systems(plan, writing.as_of)
        heads = [
            "Component",
            "FIPS 199 impact",
            *(f"{each.name} days overdue" for each in OMB.classes),
            "Systems",
        ]
        rows: list[tuple[bool, list[str | int | date | None]]] = [(True, [*heads])]
        for component in sorted({component for component, _ in systems}):
            for impact in IMPACTS:
                days = systems.get((component, impact), {})
                counts = most_overdue(days.values(), OMB)
                rows.append((False, [component, impact, *counts.values(), len(days)]))
        save_report(out, _SHEET, rows, writing)
        return Written({_SHEET: len(rows) - 1}, tuple(_told(plan, out.name)))


FORMAT = QuarterlyTable()


def _systems(plan: PlanDocument, as_of: date) -> Mapping[_Key, Mapping[str, list[int]]]:
    """Return the days past their date of each system's open items, by component and impact."""
    found: dict[_Key, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for item in plan.items:
        system = item.texts.get(_SYSTEMS, "") or plan.facts.get("system", "") or plan.name
        days = found[_component(plan, item), _impact(plan, item)][system]
        if item.is_open and item.scheduled_date:
            days.append(days_past(item.scheduled_date, as_of))
    return found


def _component(plan: PlanDocument, item: PlanItem) -> str:
    return item.texts.get(_COMPONENTS, "") or plan.facts.get("provider", "") or "Agency"


def _impact(plan: PlanDocument, item: PlanItem) -> str:
    said = item.texts.get(_CATEGORIES, "") or plan.facts.get("impact_level", "")
    return said.strip().capitalize() if said.strip().capitalize() in IMPACTS else IMPACTS[-1]


def _told(plan: PlanDocument, name: str) -> Iterator[Problem]:
    undated = [item.id for item in plan.items if item.is_open and not item.scheduled_date]
    if undated:
        what = f"{len(undated)} open items have no scheduled date and cannot be overdue"
        yield Problem(
            f"{name}, first {undated[0] or 'unnamed'}", what, "give them a scheduled completion date"
        )
