"""Which known layout a document has, and the authority that it is usually for; told by its headings."""

import re
from typing import NamedTuple

from milepost.authorities.intake.headings import Found
from milepost.authorities.intake.tables import Table
from milepost.authorities.intake.words import folded

_REQUIREMENT = re.compile(r"(?<![\d.])0?3\.\d{1,2}\.\d{1,2}(?![\d.]*\d)")
_MOST = 0.5
_FEDRAMP = frozenset(
    {"poam id", "weakness detector source", "original detection date", "original risk rating"}
)
_EMASS = frozenset({"control vulnerability description", "control criticality"})
_EMASS_2020 = frozenset({"security control acronym", "ap acronym"})
_SAMPLED = 50


class Recognised(NamedTuple):
    """A layout: its short name, its name for people, and the profile to judge it by (empty: none)."""

    layout: str
    title: str
    profile: str = ""


GENERIC = Recognised("generic", "a table of a plan in no known layout")


def recognised(found: list[tuple[Table, Found]]) -> Recognised:
    """Return the layout of a document."""
    headings = {folded(heading) for _, each in found for heading in each.headings.values()}
    if headings >= _FEDRAMP:
        return _fedramp_generation(headings)
    if headings & _EMASS or headings >= _EMASS_2020:
        return _emass(headings)
    if "csam id" in headings:
        return Recognised("csam", "CSAM export", "doj-csam")
    if "repeat findings" in headings and "test objective" in headings:
        return Recognised("caat", "CMS CAAT assessment spreadsheet", "cms")
    if any(_is_cmmc(table, each) for table, each in found):
        return Recognised("cmmc", "a plan for SP 800-171 requirements", "cmmc-l2")
    return GENERIC


def _fedramp_generation(headings: set[str]) -> Recognised:
    """Tell the generation by the columns that came and went (27, 28, 30, 31, then 27 again)."""
    title = "FedRAMP POA&M workbook"
    if "planned milestones" not in headings:
        return Recognised("fedramp-3.0", f"{title} 3.0", "fedramp-rev5")
    if "service name" in headings:
        return Recognised("fedramp-2.1", f"{title} 2.1", "fedramp-rev5")
    if "cve" in headings:
        return Recognised("fedramp-2.0", f"{title} 2.0 (30 columns)", "fedramp-rev5")
    if "binding operational directive 22 01 tracking" in headings:
        return Recognised("fedramp-2021", f"{title} of 2021 (28 columns)", "fedramp-rev5")
    return Recognised("fedramp-2018", f"{title} of 2018 (27 columns)", "fedramp-rev5")


def _emass(headings: set[str]) -> Recognised:
    if "pending extension date" in headings or "control criticality" in headings:
        return Recognised("emass-report", "eMASS POA&M report", "emass")
    if "milestone description" in headings:
        return Recognised("emass-2026", "eMASS import workbook with milestone rows", "emass")
    if "milestone with completion dates" in headings:
        return Recognised("emass", "eMASS import workbook", "emass")
    return Recognised("emass-report", "eMASS POA&M report", "emass")


def _is_cmmc(table: Table, found: Found) -> bool:
    column = found.columns.get("controls")
    if column is None:
        return False
    rows = table.rows[found.row + 1 : found.row + 1 + _SAMPLED]
    said = [str(row[column]).strip() for row in rows if column < len(row) and row[column] not in ("", None)]
    return sum(bool(_REQUIREMENT.search(text)) for text in said) > len(said) * _MOST
