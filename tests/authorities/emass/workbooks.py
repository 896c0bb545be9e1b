"""Plans for tests of eMASS's documents, and workbooks taken apart cell by cell and part by part."""

import warnings
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import date
from pathlib import Path

import openpyxl
from hypothesis import strategies as st

from milepost.authorities.emass.document import FORMAT
from milepost.domain.plan_document import PlanDocument
from milepost.domain.plan_item import PlanItem, PlanMilestone, Remark, State

AS_OF = date(2026, 3, 1)
DUE = date(2026, 6, 1)
OFFICIAL = ("navy_2026-06", "army_2026-06", "navy_2024-09", "rmf_standard_2018-2021")
FOLDER = "dod/emass_templates"
LEVELS = ("Very Low", "Low", "Moderate", "High", "Very High")
_STATES = (State.IN_PROGRESS, State.RISK_ACCEPTED, State.CLOSED_COMPLETED, State.CANCELLED)
_SOURCES = ("Vulnerability Management", "Audit Findings; Patch Management", "Other (Technical)")
WORDS = st.text("abcdefghij 0123456789é<&=+", max_size=12).map(lambda text: f"W {text.strip()}".strip())
DAYS = st.dates(date(2020, 1, 1), date(2030, 1, 1))
_LEVEL = st.sampled_from(("", *LEVELS))
STEPS = st.builds(
    PlanMilestone,
    text=WORDS,
    due=DAYS,
    done=st.booleans(),
    completed=st.none() | DAYS,
)
ITEMS = st.builds(
    PlanItem,
    description=WORDS,
    controls=st.lists(st.sampled_from(["AC-3", "AC-3.1", "CM-6.5", "AC-2(1)"]), max_size=3, unique=True),
    source_ref=WORDS,
    status=st.sampled_from(_STATES),
    scheduled_date=DAYS,
    acceptance_expires=st.none() | DAYS,
    source_text=st.sampled_from(_SOURCES),
    source_details=WORDS,
    responsible_org=st.sampled_from(["NAVWAR", "NAVWAR, Jo Roe, 555-0100, jo@example.mil"]),
    resources_text=WORDS,
    comments=st.lists(st.builds(Remark, WORDS), max_size=1),
    raw_severity=_LEVEL,
    assets=st.lists(st.sampled_from(["host-a", "10.0.0.1", "all"]), max_size=3, unique=True),
    mitigations=WORDS,
    predisposing_conditions=WORDS,
    adjusted_severity=_LEVEL,
    relevance=_LEVEL,
    threat_description=WORDS,
    likelihood=_LEVEL,
    impact=_LEVEL,
    impact_description=WORDS,
    risk_level=_LEVEL,
    recommendations=WORDS,
    resulting_risk=_LEVEL,
    milestones=st.lists(STEPS, max_size=3, unique_by=lambda step: step.text),
)


def item(**said: object) -> PlanItem:
    """Return an ongoing item that breaks no rule, with some fields changed."""
    sound: dict[str, object] = {
        "id": "7",
        "description": "Telnet is on",
        "controls": ("AC-3",),
        "status": State.IN_PROGRESS,
        "scheduled_date": DUE,
        "source_text": "Vulnerability Management",
        "responsible_org": "NAVWAR, Jo Roe, 555-0100, jo@example.mil",
        "resources_text": "4 hours",
        "milestones": [PlanMilestone("Turn it off", date(2026, 5, 1), 1)],
    }
    made = PlanItem()
    for name, value in (sound | said).items():
        assert name in {each.name for each in fields(PlanItem)}
        setattr(made, name, value)
    return made


def plan(*items: PlanItem, layout: str = "emass-2026") -> PlanDocument:
    """Return a plan of some items."""
    return PlanDocument(name="Harbor", layout=layout, facts={"system": "Harbor"}, items=items)


def carried(item: PlanItem) -> dict[str, object]:
    """Return what an item says in the fields that the workbook carries, in comparable form."""
    found: dict[str, object] = {name: getattr(item, name) for name in sorted(FORMAT.carries)}
    found["controls"], found["assets"] = tuple(item.controls), tuple(item.assets)
    found["comments"] = [remark.text for remark in item.comments]
    found["milestones"] = [
        (each.text, each.due, each.done, each.archived, each.completed) for each in item.milestones
    ]
    found["milestone_changes"] = [(each.text, each.kind, each.new_date) for each in item.milestone_changes]
    return found


def book(path: Path) -> openpyxl.Workbook:
    """Open a workbook with another program, which says of official ones that it does not know all parts."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        return openpyxl.load_workbook(path)


def cells(path: Path, sheet: str = "POA&M") -> dict[str, object]:
    """Return every cell of a sheet that holds something."""
    found = book(path)[sheet]
    return {
        cell.coordinate: cell.value for row in found.iter_rows() for cell in row if cell.value is not None
    }


def row(path: Path, number: int) -> dict[str, object]:
    """Return a row by column."""
    found: dict[str, object] = {}
    for place, value in cells(path).items():
        column = place.rstrip("0123456789")
        if place == f"{column}{number}":
            found[column] = value
    return found


def parts(path: Path) -> Mapping[str, bytes]:
    """Return the parts of a package."""
    with zipfile.ZipFile(path) as package:
        return {name: package.read(name) for name in package.namelist()}


def changed_parts(before: Path, after: Path) -> set[str]:
    """Return the parts that differ."""
    one, other = parts(before), parts(after)
    return {name for name in one.keys() | other.keys() if one.get(name) != other.get(name)}


def filled(path: Path, base: Path, rows: Iterable[Mapping[str, object]]) -> Path:
    """Write cells into a copy of a workbook with another program: an export as eMASS gives it."""
    export = book(base)
    sheet = export["POA&M"]
    for number, values in enumerate(rows, 8):
        for column, value in values.items():
            sheet[f"{column}{number}"] = value
    export.save(path)
    return path
